/** What is measured: our volumes, a rival's files, or the bare machine. Safe for use by many threads. */
interface Store extends AutoCloseable {
    /** Writes a file of {@link Content}; returns when the store calls it written. */
    void write(String name, long bytes) throws Exception;

    /** Reads a whole file into memory that is used again and again. */
    void read(String name, Taker to) throws Exception;

    /** Writes a small file. */
    void put(String name, byte[] content) throws Exception;

    /** Reads a small file; returns how many bytes it has. */
    int get(String name, byte[] into) throws Exception;

    void remove(String name) throws Exception;

    /** What one of several clients uses. */
    default Store another() {
        return this;
    }

    @Override
    default void close() {}

    /** Gets a file's bytes in their order. */
    interface Taker {
        void take(byte[] bytes, int count) throws Exception;
    }
}
