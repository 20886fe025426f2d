package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.VolumeMessage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One test for each sentence of the protocol about the manager's commands. */
class SheetTest {
    @TempDir
    private Path folder;

    private Rig rig;
    private UdpUser user;

    @BeforeEach
    void open() throws Exception {
        rig = new Rig(folder, 5);
        user = new UdpUser(rig.port.port());
    }

    @AfterEach
    void close() throws Exception {
        user.close();
        rig.close();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    }

    private static Object[] userArgs(String name) {
        return new Object[] {"user_name", name, "ip", "127.0.0.1", "m_port", 1, "c_port", 65_535};
    }

    private static Object[] diskArgs(String name) {
        return new Object[] {"disk_name", name, "ip", "127.0.0.1", "m_port", 1, "c_port", 65_535};
    }

    private static Object[] dssArgs(String name, Object n, Object unit) {
        return new Object[] {"dss_name", name, "n", n, "striping_unit", unit};
    }

    @Test
    void successIsTheStatusAloneWhereNothingIsTold() throws Exception {
        assertEquals(json("{'status':'SUCCESS'}"), user.call("register-user", userArgs("U1")));
        assertEquals(json("{'status':'SUCCESS'}"), user.call("deregister-user", "user_name", "U1"));
    }

    @Test
    void usersHaveNamesOfTheirOwnOfAtMostFifteenCharacters() throws Exception {
        user.ask("register-user", userArgs("fifteen-letters"));
        for (String bad : List.of("fifteen-letters", "sixteen-letters-", "", "a b", "a/b")) {
            assertEquals("duplicate or bad user_name", user.error("register-user", userArgs(bad)));
        }
        assertEquals("no such user", user.error("deregister-user", "user_name", "U9"));
    }

    @Test
    void aDiskProgramIsRegisteredOnceAndMayComeBackAtItsPort() throws Exception {
        for (String bad : List.of("D1", "sixteen-letters-", "")) {
            assertEquals("duplicate or bad disk_name", user.error("register-disk", diskArgs(bad)));
        }
        user.ask("register-disk", diskArgs("D77"));
        user.ask("register-disk", diskArgs("D77"));
        Object[] moved = diskArgs("D77");
        moved[7] = 5_999;
        assertEquals("duplicate or bad disk_name", user.error("register-disk", moved));
        assertEquals(
                "duplicate or bad disk_name",
                user.error("register-disk", diskArgs("D78")),
                "two names for one program would be two disks that are lost together");
        user.ask("deregister-disk", "disk_name", "D77");
        user.ask("register-disk", diskArgs("D78"));
    }

    @Test
    void configureRefusesInTheSheetsOrder() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        assertEquals("bad or duplicate dss_name", user.error("configure-dss", dssArgs("dss1", 2, 100)));
        assertEquals("bad or duplicate dss_name", user.error("configure-dss", dssArgs("sixteen-letters-", 2, 100)));
        assertEquals("n must be >= 3", user.error("configure-dss", dssArgs("dss2", 2, 100)));
        assertEquals("n must be >= 3", user.error("configure-dss", dssArgs("dss2", Long.MIN_VALUE, 100)));
        for (long unit : new long[] {100, 64, 127, 192, 2_097_152, 0, -128, 1L << 40}) {
            assertEquals(
                    "striping_unit must be a power of two in [128, 1048576]",
                    user.error("configure-dss", dssArgs("dss2", 9, unit)));
        }
        assertEquals("fewer than n disks with state Free", user.error("configure-dss", dssArgs("dss2", 3, 128)));
    }

    @Test
    void configurePicksFreeDisksAndNamesThem() throws Exception {
        JsonNode dss = user.ask("configure-dss", dssArgs("dss1", 3, 32_768)).get("dss");
        assertEquals(Set.of("dss_name", "n", "striping_unit", "disks"), new TreeSet<>(dss.propertyNames()));
        assertEquals("dss1", dss.get("dss_name").stringValue());
        assertEquals(3, dss.get("n").intValue());
        assertEquals(32_768, dss.get("striping_unit").intValue());
        Set<String> names = new TreeSet<>();
        dss.get("disks").forEach(name -> names.add(name.stringValue()));
        assertEquals(3, names.size());
        assertTrue(Set.of("D1", "D2", "D3", "D4", "D5").containsAll(names));
    }

    @Test
    void argumentsThatAreMissingOrOfAnotherTypeAreNamed() throws Exception {
        assertEquals("args.n is missing", user.error("configure-dss", "dss_name", "d", "striping_unit", 128));
        assertEquals("args.n must be an integer", user.error("configure-dss", dssArgs("d", "three", 128)));
        assertEquals("args.n must be an integer", user.error("configure-dss", dssArgs("d", 3.5, 128)));
        assertEquals("args.striping_unit must be an integer", user.error("configure-dss", dssArgs("d", 3, true)));
        assertEquals("args.user_name must be a string", user.error("deregister-user", "user_name", 7));
        assertEquals(
                "args.c_port must be 1 to 65535",
                user.error("register-user", "user_name", "U", "ip", "h", "m_port", 1, "c_port", 65_536));
        assertEquals(
                "args.ip must be a host name or an address",
                user.error("register-user", "user_name", "U", "ip", "a b", "m_port", 1, "c_port", 1));
        assertEquals(
                "args.sha256 must be 64 hexadecimal digits",
                user.error(
                        "copy-complete", "dss_name", "d", "file_name", "f", "owner", "U", "size", 1, "sha256", "abc"));
        assertEquals("unsupported", user.error("frobnicate"));
        assertEquals(
                json("{'status':'SUCCESS'}"),
                user.call("register-user", concat(userArgs("U1"), "colour", "red")),
                "unknown arguments are ignored");
    }

    private static Object[] concat(Object[] some, Object... more) {
        Object[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    @Test
    void theListingTellsEverything() throws Exception {
        user.ask("register-user", userArgs("U1"));
        Content.configure(user, "dss1", 3, 128);
        byte[] content = Content.random(1_234, 1);
        Content.copy(user, "dss1", "a.txt", "U1", content);

        JsonNode listing = user.ask("ls").get("listing");

        assertEquals(Set.of("users", "disks", "dsses", "free_disks"), new TreeSet<>(listing.propertyNames()));
        assertEquals(json("['U1']"), listing.get("users"));
        JsonNode dss = listing.get("dsses").get(0);
        assertEquals(Set.of("dss_name", "n", "striping_unit", "disks", "files"), new TreeSet<>(dss.propertyNames()));
        assertEquals(
                json("{'a.txt':{'owner':'U1','size':1234,'sha256':'" + Rig.sha256(content) + "'}}"), dss.get("files"));
        assertEquals(5, listing.get("disks").size());
        int free = 0;
        for (JsonNode disk : listing.get("disks")) {
            boolean isIn = false;
            for (JsonNode name : dss.get("disks")) {
                isIn |= name.equals(disk.get("name"));
            }
            assertEquals(isIn ? "InDSS:dss1" : "Free", disk.get("state").stringValue());
            free += isIn ? 0 : 1;
        }
        assertEquals(free, listing.get("free_disks").size());
    }

    @Test
    void aListingThatDoesNotFitADatagramSaysWhatIsLeftOut() throws Exception {
        rig.configure("dss1", 3, 1, 128);
        for (int i = 0; i < 130; i++) {
            rig.writeNatively("dss1", String.format("file-%04d", i), "U1", new byte[0]);
        }
        JsonNode dss = user.ask("ls").get("listing").get("dsses").get(0);
        assertTrue(dss.get("truncated").booleanValue());
        assertTrue(dss.get("files").size() > 80, dss.get("files").size() + " files");
        assertTrue(dss.get("files").has("file-0000"));
        JsonNode failure = user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
        assertTrue(failure.get("truncated").booleanValue());
        assertTrue(failure.get("files").size() > 80, failure.get("files").size() + " files");
        assertTrue(failure.toString().length() <= 12_000);
    }

    @Test
    void copyAndReadRefuseInTheSheetsOrder() throws Exception {
        String[] none = {"copy-prepare", "read-prepare", "disk-failure", "decommission-dss"};
        for (String cmd : none) {
            assertEquals("no such dss", refusal(cmd, "dss1", "f", "U1"));
        }
        assertEquals("no DSS configured", user.error("ls"));
        Content.configure(user, "dss1", 3, 128);
        for (String cmd : none) {
            assertEquals("no such dss", refusal(cmd, "dss9", "f", "U1"));
        }
        assertEquals("file not found", refusal("read-prepare", "dss1", "f", "U1"));
        Content.copy(user, "dss1", "f", "U1", Content.random(300, 1));
        assertEquals("NOT_OWNER", refusal("read-prepare", "dss1", "f", "U2"));
        assertEquals("NOT_OWNER", refusal("copy-prepare", "dss1", "f", "U2"));
        Content.copyPrepare(user, "dss1", "g", "U1");
        assertEquals("NOT_OWNER", refusal("read-prepare", "dss1", "f", "U2"));
        assertEquals("busy: copy in progress", refusal("read-prepare", "dss1", "f", "U1"));
        assertEquals("busy: copy in progress", refusal("copy-prepare", "dss1", "f", "U1"));
        assertEquals("busy: copy in progress", refusal("disk-failure", "dss1", "f", "U1"));
        assertEquals("busy: copy in progress", refusal("decommission-dss", "dss1", "f", "U1"));
    }

    private String refusal(String cmd, String dss, String file, String name) throws Exception {
        return user.error(cmd, "dss_name", dss, "file_name", file, "user_name", name, "owner", name);
    }

    @Test
    void oneDssHeldDoesNotHoldAnother() throws Exception {
        try (Rig big = new Rig(folder.resolve("big"), 6);
                UdpUser other = new UdpUser(big.port.port())) {
            Content.configure(other, "dss1", 3, 128);
            Content.configure(other, "dss2", 3, 128);
            Content.copyPrepare(other, "dss1", "f", "U1");
            Content.copy(other, "dss2", "f", "U1", Content.random(999, 1));
            assertArrayEquals(Content.random(999, 1), big.readNatively("dss2", "f"));
        }
    }

    @Test
    void copyPrepareTellsTheDisksInTheOrderOfTheirPositions() throws Exception {
        Content.configure(user, "dss1", 4, 256);
        JsonNode answer = user.ask("copy-prepare", "dss_name", "dss1", "file_name", "f", "owner", "U1");
        assertEquals(json("{'name':'f'}"), answer.get("file"));
        JsonNode disks = answer.get("dss").get("disks");
        for (int i = 0; i < 4; i++) {
            assertEquals(
                    rig.volume("dss1").disks().get(i).name(),
                    disks.get(i).get("disk_name").stringValue());
            assertEquals("127.0.0.1", disks.get(i).get("ip").stringValue());
            assertTrue(disks.get(i).get("c_port").isInt());
        }
    }

    @Test
    void readPrepareTellsTheFile() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        byte[] content = Content.random(300, 7);
        Content.copy(user, "dss1", "f", "U1", content);
        JsonNode answer = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
        assertEquals(
                json("{'name':'f','size':300,'owner':'U1','sha256':'" + Rig.sha256(content) + "'}"),
                answer.get("file"));
    }

    @Test
    void aCompleteWithoutItsPrepareSaysSo() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        assertEquals(
                "no copy in progress for this dss/user",
                user.error("copy-complete", Content.completion("dss1", "f", "U1", new byte[3])));
        for (Object size : new Object[] {-1, "x", "", 1.5, true, 1L << 60}) {
            assertEquals(
                    "invalid size",
                    user.error("copy-complete", "dss_name", "dss1", "file_name", "f", "owner", "U1", "size", size));
        }
        assertEquals("no disk-failure in progress", user.error("recovery-complete", "dss_name", "dss1"));
        assertEquals("no decommission in progress", user.error("decommission-complete", "dss_name", "dss1"));
        assertEquals("no such dss", user.error("decommission-complete", "dss_name", "dss9"));
    }

    @Test
    void whatOtherDialectsDoIsNotHeldUpAndAnotherContentTakesTheNamesPlace() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        Content.copy(user, "dss1", "f", "U1", Content.random(300, 1));
        JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
        rig.writeNatively("dss1", "g", "U2", Content.random(10, 2));
        assertArrayEquals(Content.random(300, 1), rig.readNatively("dss1", "f"));
        Content.write(user, dss, "f", Content.random(700, 3));
        user.ask("copy-complete", Content.completion("dss1", "f", "U1", Content.random(700, 3)));
        assertArrayEquals(Content.random(700, 3), rig.readNatively("dss1", "f"));
    }

    @Test
    void aDssWithTwoParitiesIsForTheGroupsOwnCommands() throws Exception {
        rig.configure("dss2", 5, 2, 128);
        String parity = refusal("copy-prepare", "dss2", "f", "U1");
        assertTrue(parity.startsWith("unsupported: dss2 has parity 2"), parity);
        assertTrue(parity.endsWith("use roundtable copy"), parity);
        user.ask("decommission-dss", "dss_name", "dss2", "user_name", "U1");
        user.ask("decommission-complete", "dss_name", "dss2");
    }

    @Test
    void aCommandThatComesAgainBeforeItsAnswerIsCarriedOutOnce() throws Exception {
        byte[] twice = UdpUser.command("register-user", userArgs("U1"));
        // Both in the queue before either is answered.
        rig.onLoop(() -> {
            user.send(twice);
            user.send(twice);
            return null;
        });
        assertEquals("SUCCESS", user.receive().get("status").stringValue());
        assertTrue(user.isSilent(100));
    }

    @Test
    void aCopyCompleteThatComesAgainIsAnsweredAlike() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        byte[] content = Content.random(300, 1);
        Content.copy(user, "dss1", "f", "U1", content);
        user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
        assertEquals("NOT_OWNER", user.error("copy-complete", Content.completion("dss1", "f", "U2", content)));
    }

    @Test
    void anAnswerThatStraysToThePortIsNotAnswered() throws Exception {
        user.send("{\"status\":\"FAILURE\",\"error\":\"x\"}");
        assertTrue(user.isSilent(200));
        assertEquals("no DSS configured", user.error("ls"));
    }

    @Test
    void aPeerThatFeignsFailureIsSilent() throws Exception {
        rig.onLoop(() -> {
            rig.port.feign(true);
            return null;
        });
        user.send(UdpUser.command("ls"));
        assertTrue(user.isSilent(200));
        rig.onLoop(() -> {
            rig.port.feign(false);
            return null;
        });
        assertEquals("no DSS configured", user.error("ls"));
    }

    @Test
    void aDiskFailureReallyRebuildsTheChosenDiskAndNoSecondOne() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        byte[] content = Content.random(5_000, 1);
        Content.copy(user, "dss1", "f", "U1", content);
        JsonNode answer = user.ask("disk-failure", "dss_name", "dss1", "user_name", "U2");
        assertEquals(
                json("{'f':{'owner':'U1','size':5000,'sha256':'" + Rig.sha256(content) + "'}}"), answer.get("files"));
        JsonNode dss = answer.get("dss");
        rig.isRebuildHeldUp = true;
        assertEquals(json("{'status':'SUCCESS','event':'fail-complete'}"), user.callAt(Content.port(dss, 1), "fail"));
        assertEquals(List.of(1), rig.files("dss1").get(0).missing());
        String second = UdpUser.error(user.callAt(Content.port(dss, 2), "fail"));
        assertTrue(second.endsWith("has failed already: recover that first"), second);
        String read = UdpUser.error(
                user.callAt(Content.port(dss, 1), "read-block", "file_name", "f", "stripe_idx", 0, "disk_index", 1));
        assertEquals("simulated failure", read);
        assertArrayEquals(Content.block(content, 3, 128, 0, 2), Content.readBlock(user, dss, "f", 0, 2));

        user.askAt(Content.port(dss, 1), "write-block", Content.blockArgs(dss, "f", 0, 1, content));
        rig.isRebuildHeldUp = false;
        Rig.await(() -> rig.files("dss1").get(0).missing().isEmpty());
        user.askAt(Content.port(dss, 1), "write-block", Content.blockArgs(dss, "f", 1, 1, content));
        String wrong = UdpUser.error(
                user.callAt(Content.port(dss, 1), "write-block", Content.blockArgs(dss, "f", 2, 1, new byte[5_000])));
        assertTrue(wrong.startsWith("the block is not the one that was lost"), wrong);
        user.ask("recovery-complete", "dss_name", "dss1");
        assertArrayEquals(content, rig.readNatively("dss1", "f"));
        JsonNode again = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
        assertArrayEquals(Content.block(content, 3, 128, 0, 1), Content.readBlock(user, again.get("dss"), "f", 0, 1));
    }

    @Test
    void decommissionFreesTheDisksByItsComplete() throws Exception {
        Content.configure(user, "dss1", 5, 128);
        Content.copy(user, "dss1", "f", "U1", Content.random(3_000, 1));
        JsonNode dss = user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1")
                .get("dss");
        for (int disk = 0; disk < 5; disk++) {
            assertEquals(json("{'status':'SUCCESS'}"), user.callAt(Content.port(dss, disk), "wipe"));
        }
        user.ask("decommission-complete", "dss_name", "dss1");

        assertEquals("no DSS configured", user.error("ls"));
        assertFalse(rig.disks.stream().anyMatch(disk -> disk.store.statistics().shares() > 0));
        VolumeMessage.Configure configure = new VolumeMessage.Configure(7, "dss1", 5, 1, 128, "");
        assertTrue(rig.request(configure) instanceof VolumeMessage.Volume);
        assertEquals(Optional.of("dss1"), rig.volumes().disks().get(0).volume());
    }

    @Test
    void aDssOfANativeUserIsNotEndedByOthers() throws Exception {
        VolumeMessage.Configure configure = new VolumeMessage.Configure(7, "dss1", 3, 1, 128, "ann");
        assertTrue(rig.request(configure) instanceof VolumeMessage.Volume);

        String error = user.error("decommission-dss", "dss_name", "dss1", "user_name", "U1");

        assertEquals("NOT_OWNER: the volume belongs to ann", error);
        assertEquals(1, rig.volumes().volumes().size());
        // Refused, and nothing is held: the owner ends it by this protocol too.
        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "ann");
        user.ask("decommission-complete", "dss_name", "dss1");
        assertEquals(0, rig.volumes().volumes().size());
    }

    @Test
    void aDssOfThisProtocolIsAnybodysAlsoWhenItsUsersAreGone() throws Exception {
        Content.configure(user, "dss1", 3, 128);
        user.ask("register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", 5_001, "c_port", 5_002);
        Content.copy(user, "dss1", "f", "U1", Content.random(3_000, 1));
        user.ask("deregister-user", "user_name", "U1");

        user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U2");
        user.ask("decommission-complete", "dss_name", "dss1");

        assertEquals(0, rig.volumes().volumes().size());
    }
}
