package io.roundtable.simulation.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.wire.NativeCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That docs/TESTING.md lists what the joint world really runs: every class that it names is on some stack, or was made. */
class SimulatedClassesTest {
    private static final Pattern LINE = Pattern.compile("- `([\\w.]+)`: (.*)");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** The classes that were loaded by nothing but this run, in a loader of its own. */
    private static final class Recorder extends ClassLoader {
        private final Set<String> loaded = new TreeSet<>();

        Recorder(ClassLoader above) {
            super(above);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith("io.roundtable.")) {
                    return super.loadClass(name, resolve);
                }
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                loaded.add(name);
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** What is run by {@link #theDocumentNamesWhatRuns} in the recording loader. */
    public static final class Run implements Runnable {
        private static final GroupOptions LONG = GroupOptions.of(5).withLength(GroupOptions.Length.LONG);

        @Override
        public void run() {
            // The last one: a seat that somebody has already.
            List<GroupOptions> options = List.of(LONG.withLab(true), LONG, LONG.withDisks(true));
            for (long seed : new long[] {1, 2, 69}) {
                for (GroupOptions each : options) {
                    GroupResult result = new GroupSimulation(each, seed, new NativeCodec(), false).run();
                    if (result.failure() != null) {
                        throw new IllegalStateException(result.failure());
                    }
                }
            }
        }
    }

    @Test
    void theDocumentNamesWhatRuns() throws Exception {
        Recorder recorder = new Recorder(SimulatedClassesTest.class.getClassLoader());
        Runnable run = (Runnable)
                recorder.loadClass(Run.class.getName()).getDeclaredConstructor().newInstance();
        run.run();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String line : Files.readAllLines(Path.of("docs/TESTING.md"))) {
            Matcher matched = LINE.matcher(line);
            if (matched.matches()) {
                Matcher names = NAME.matcher(matched.group(2));
                while (names.find()) {
                    named++;
                    String name = "io.roundtable." + matched.group(1) + "." + names.group(1);
                    if (!recorder.loaded.contains(name)) {
                        missing.add(name);
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
        assertEquals(48, named);
        // Nothing of a machine's own sockets is needed.
        assertEquals(
                List.of(),
                recorder.loaded.stream().filter(name -> name.contains(".nio.")).toList());
    }
}
