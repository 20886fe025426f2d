package io.roundtable.codec;

/** How a value of one type stands in bytes. */
interface Form {
    void write(Packer out, Object value);

    Object read(Unpacker in);

    /**
     * What stands in for it in bytes of programs that do not know it.
     *
     * @throws CodecException if nothing can
     */
    Object absent();
}
