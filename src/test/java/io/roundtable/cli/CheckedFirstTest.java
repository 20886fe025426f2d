package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that is said is looked at before anything is begun: wrong usage makes no file, and nobody listens. */
class CheckedFirstTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --capacity 5X",
                "up --capacity 99999999999T",
                "up --reserve 91",
                "up --reserve -1",
                "up --port 65536",
                "up --disks 9",
                "up --peers 3 --disks -1",
                "up --dss-port 70000",
                "up --dss-port 5301",
                "up --dss-block-port 70000",
                "up --dss-block-port 5302",
                "up --roles manager,clerk",
                "up --roles disk,dss",
                "up --roles manager --disks 1",
                "up --roles manager,disk --dss",
                "up --roles manager,disk --dss-port 0",
                "peer --birthday 03-14 --id 1234567 --roles manager",
                "up --listen no.such.host.invalid",
                "up --listen 0.0.0.0",
                "up --advertise größe",
                "gcd --port 65536",
                "gcd --advertise größe",
                "gcd --listen 0.0.0.0 --advertise größe",
                "gcd --listen no.such.host.invalid",
                "gcd --log-port 70000",
                "gcd --log-port 23610",
                "gcd --group 127.0.0.1:1,127.0.0.1:2",
                "gcd --group 127.0.0.1:1,127.0.0.1:2,nowhere",
                "gcd --group 127.0.0.1:1,127.0.0.1:2,127.0.0.1:3",
                "peer --birthday 03-14 --id 1234567 --capacity 5X",
                "peer --birthday 03-14 --id 1234567 --reserve 91",
                "peer --birthday 03-14 --id 1234567 --port 65536",
                "peer --birthday 03-14 --id 1234567 --dss-port 70000",
                "peer --birthday 03-14 --id 1234567 --dss-block-port 70000",
                "peer --birthday 03-14 --id 1234567 --disk-name two/parts",
                "peer --birthday 03-14 --id 1234567 --disk-name sixteen-letters-",
                "peer --birthday 03-14 --id 1234567 --disk-name=",
                "peer --birthday 03-14 --id 1234567 --advertise größe",
                "peer --birthday 03-14 --id 1234567 --listen 0.0.0.0"
            })
    void wrongUsageBeginsNothing(String line) throws IOException {
        List<String> args = new ArrayList<>(List.of(line.split(" ")));
        args.addAll(List.of("--data", folder.resolve("data").toString()));
        args.addAll(List.of("--log", folder.resolve("log").toString(), "--for", "1ms", "--quiet"));

        Captured ran = Captured.run(args.toArray(String[]::new));

        assertEquals(2, ran.code(), ran::err);
        assertEquals(1, ran.err().lines().count(), ran::err);
        try (Stream<Path> made = Files.list(folder)) {
            assertEquals(List.of(), made.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--dss-port", "--dss-block-port", "--log-port"})
    void aWrongPortIsNamedByItsOption(String option) {
        String[] command = option.equals("--log-port")
                ? new String[] {"gcd", option, "70000"}
                : new String[] {"up", option, "70000"};

        assertTrue(Captured.run(command).err().contains(option + " must be 0 to 65535"));
    }
}
