package io.roundtable.wire.pickle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The pickles that CPython wrote, see fixtures/pickle/README.md. */
final class Fixtures {
    private static final Path FOLDER = folder();

    private Fixtures() {}

    /** A pickle whose name ends in its protocol. */
    record Fixture(String name, int protocol, byte[] bytes) {
        /** What it means. */
        Object value() {
            return TaggedJson.read(Fixtures.read(name.substring(0, name.indexOf('.')) + ".json"));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All that hold a message or a value. */
    static List<Fixture> good() {
        return named(name -> !name.startsWith("hostile-"));
    }

    static List<Fixture> hostile() {
        return named(name -> name.startsWith("hostile-"));
    }

    private static List<Fixture> named(Predicate<String> wanted) {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pickle") && wanted.test(name))
                    .sorted()
                    .map(name -> new Fixture(name, protocol(name), read(name)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int protocol(String name) {
        return name.matches(".*\\.p\\d\\.pickle") ? name.charAt(name.lastIndexOf('.') - 1) - '0' : -1;
    }

    private static byte[] read(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(Fixtures.class.getResource("/fixtures/pickle"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
