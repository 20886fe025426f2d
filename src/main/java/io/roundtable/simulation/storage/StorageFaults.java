package io.roundtable.simulation.storage;

import io.roundtable.catalog.Catalog.DiskEntry;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import java.util.List;
import java.util.Optional;

/**
 * What goes wrong in one run. Processes, connections, clocks and leaders fail as they like; what takes data for good is
 * kept within what the parity makes up for.
 */
final class StorageFaults {
    private static final int PAUSE_MS_MAX = 500;
    private static final int SUCCESSOR_LOOK_MICROS = 50_000;
    private static final int SUCCESSOR_LOOKS_MAX = 120;

    private final StorageWorld world;
    private final Ledger ledger;
    private final Leadership leadership;
    private final List<StoragePeer> peers;
    private final List<StorageClient> clients;

    StorageFaults(
            StorageWorld world,
            Ledger ledger,
            Leadership leadership,
            List<StoragePeer> peers,
            List<StorageClient> clients) {
        this.world = world;
        this.ledger = ledger;
        this.leadership = leadership;
        this.peers = peers;
        this.clients = clients;
    }

    void begin() {
        // A copy for each of them to be put back to.
        peers.forEach(peer -> world.after(millis(1, 3_000), () -> copy(peer.disk())));
        goOn();
    }

    private void goOn() {
        world.after(1_000L * world.random.nextInt(20, PAUSE_MS_MAX), this::next);
    }

    private void next() {
        if (world.isCalm()) {
            return;
        }
        world.tally.faults++;
        strike();
        goOn();
    }

    private long millis(int from, int to) {
        return 1_000L * world.random.nextInt(from, to);
    }

    private StoragePeer anyPeer() {
        return peers.get(world.random.nextInt(peers.size()));
    }

    private void say(String what) {
        if (world.isTold()) {
            world.say("fault", what);
        }
    }

    private void strike() {
        switch (world.random.nextInt(28)) {
            case 0, 1, 2 -> crash(anyPeer(), world.random.nextBoolean(), millis(20, 1_200));
            case 3 -> crash(ledger.log(), world.random.nextBoolean(), millis(20, 700));
            case 4 -> powerCut();
            case 5, 6 -> stop(anyPeer(), millis(50, 2_500));
            case 7 -> stop(ledger.log(), millis(20, 600));
            case 8 -> stopManager();
            case 9, 10 -> lead();
            case 11 -> leadership.confuse(world, peers);
            case 12, 13 -> reset();
            case 14 -> split();
            case 15 -> stepClock();
            case 16 -> troubleDisk(anyPeer().disk());
            case 17 -> anyPeer().disk().fill(millis(200, 1_500));
            case 18 -> damage(anyPeer().disk());
            case 19 -> lose(anyPeer());
            case 20 -> failDisk();
            case 21 -> removeFolder(anyPeer());
            case 22 -> failMedium(anyPeer().disk());
            case 23 -> copy(anyPeer().disk());
            case 24 -> putBack(anyPeer());
            case 25 -> putBackBeforeTheSuccessorIsFilled();
            case 26 -> anyPeer().disk().delayLists(millis(300, 4_000));
            default -> clientDies();
        }
    }

    private void crash(Process process, boolean power, long forMicros) {
        if (process.isUp()) {
            say(process + (power ? " loses power" : " is killed"));
            process.die(power);
            revive(process, forMicros);
        }
    }

    private void revive(Process process, long afterMicros) {
        world.after(afterMicros, () -> {
            if (!process.isUp()) {
                say(process + " starts");
                process.start();
            }
        });
    }

    /** Everything at once. */
    private void powerCut() {
        say("no power anywhere");
        for (Process each : world.processes) {
            if (each.isUp() && !(each instanceof StorageClient)) {
                each.die(true);
                revive(each, millis(10, 400));
            }
        }
    }

    private void stop(Process process, long forMicros) {
        say(process + " stops for " + forMicros / 1_000 + " ms");
        process.stop(forMicros);
    }

    private void stepClock() {
        Optional<StoragePeer> manager =
                peers.stream().filter(StoragePeer::isManaging).findFirst();
        StoragePeer peer = world.random.nextBoolean() ? manager.orElseGet(this::anyPeer) : anyPeer();
        long stepMs = world.random.nextInt(-5_000, 5_000);
        say(peer + " sets its clock by " + stepMs + " ms");
        peer.stepWall(stepMs);
    }

    private void stopManager() {
        for (StoragePeer each : peers) {
            if (each.isManaging()) {
                stop(each, millis(300, 2_500));
                lead();
                return;
            }
        }
    }

    private void lead() {
        StoragePeer leader = anyPeer();
        say(leader + " leads");
        if (world.random.nextBoolean()) {
            leadership.agreeOn(leader);
        } else {
            leadership.seat(leader);
        }
    }

    private void reset() {
        Process one = anyPeer();
        Process other = world.processes.get(world.random.nextInt(world.processes.size()));
        if (one != other) {
            say("the connections of " + one + " and " + other + " break");
            ledger.net().reset(one, other);
        }
    }

    private void split() {
        int[] sides = new int[world.processes.size()];
        for (int i = 0; i < sides.length; i++) {
            sides[i] = world.random.nextInt(2);
        }
        long forMicros = millis(50, 1_800);
        say("split for " + forMicros / 1_000 + " ms");
        ledger.net().split(sides, forMicros);
    }

    private void troubleDisk(SimulatedDisk disk) {
        if (disk instanceof RealDisk real && world.random.nextBoolean()) {
            real.crashSoon();
        } else {
            disk.slowDown(millis(200, 1_500));
        }
    }

    // ---- what takes data

    private void damage(SimulatedDisk disk) {
        ledger.isWhole();
        List<ShareKey> keys = ledger.damageable(disk);
        if (keys.isEmpty() || ledger.olderCopies().isAny()) {
            return;
        }
        for (int i = world.random.nextInt(3); i >= 0; i--) {
            ShareKey key = keys.get(world.random.nextInt(keys.size()));
            if (ledger.damageable(disk).contains(key)) {
                boolean isRot = world.random.nextBoolean();
                say(key + (isRot ? " rots" : " is lost"));
                ledger.onHit(key.fileId());
                if (isRot) {
                    disk.rot(key);
                } else {
                    disk.lose(key);
                }
            }
        }
    }

    /** A peer stays away for long; its disk comes back late, or never. */
    private void lose(StoragePeer peer) {
        ledger.isWhole();
        if (!peer.isUp() || !ledger.mayLose(peer.disk())) {
            return;
        }
        boolean isForGood = world.random.nextBoolean() && !ledger.olderCopies().isAny();
        say(peer + (isForGood ? " loses its disk" : " goes away for long"));
        peer.die(true);
        if (isForGood) {
            peer.loseDisk();
        }
        revive(peer, millis(100, 7_000));
    }

    /** Under the running process, which is started anew much later. */
    private void removeFolder(StoragePeer peer) {
        ledger.isWhole();
        boolean isWell = peer.isUp() && !peer.hasLostFolder() && peer.disk().isWell();
        if (isWell && !ledger.olderCopies().isAny() && ledger.mayLose(peer.disk())) {
            say("the folder of " + peer + "'s disk is removed");
            peer.loseFolder();
            world.after(millis(500, 9_000), () -> crash(peer, false, millis(20, 500)));
        }
    }

    private void failMedium(SimulatedDisk disk) {
        ledger.isWhole();
        if (disk.isWell() && !ledger.olderCopies().isAny() && ledger.mayLose(disk)) {
            boolean isFound = world.random.nextBoolean();
            say("disk " + disk.id() + (isFound ? " can neither read nor write" : " cannot be found") + " for a while");
            ledger.onMediumFails(disk);
            disk.fail(millis(50, 7_000), isFound);
        }
    }

    private static void copy(SimulatedDisk disk) {
        if (disk.isWell()) {
            disk.copy();
        }
    }

    /**
     * A peer starts on an older copy of its folder; perhaps while nobody manages, and perhaps while another disk is away, which
     * is whole and will come back.
     */
    private void putBack(StoragePeer peer) {
        ledger.isWhole();
        SimulatedDisk disk = peer.disk();
        if (mayBePutBack(peer) && ledger.olderCopies().mayBePutBack(disk)) {
            putBack(peer, disk);
        }
    }

    private boolean mayBePutBack(StoragePeer peer) {
        return !world.isCalm()
                && peer.isUp()
                && !peer.hasLostFolder()
                && peer.disk().isWell()
                && peer.disk().hasCopy();
    }

    private void putBack(StoragePeer peer, SimulatedDisk disk) {
        if (world.random.nextBoolean()) {
            StoragePeer other = anyPeer();
            if (other != peer && other.isUp()) {
                say(other + " goes away");
                other.die(false);
                revive(other, millis(500, 7_000));
            }
        }
        if (world.random.nextBoolean()) {
            peers.stream().filter(StoragePeer::isManaging).findFirst().ifPresent(manager -> {
                say(manager + ", which manages, loses power");
                manager.die(true);
                revive(manager, millis(50, 2_500));
            });
        }
        say(peer + " is put back to an older copy of its folder");
        if (peer.isUp()) {
            peer.die(true);
            revive(peer, millis(5, 1_500));
        }
        disk.putBack();
    }

    /**
     * A disk is away for so long that a Free one gets its place, which cannot be filled for a while; in that time another is put
     * back to an older copy. What the first holds is the last copy then.
     */
    private void putBackBeforeTheSuccessorIsFilled() {
        VolumeEntry volume = ledger.volume();
        StoragePeer away = anyPeer();
        if (volume == null
                || !away.isUp()
                || volume.positionOf(away.disk().id()) < 0
                || ledger.olderCopies().isAny()) {
            return;
        }
        say(away + " goes away, and its successor is full; nobody writes meanwhile");
        clients.forEach(client -> client.stop(millis(2_000, 5_000)));
        away.die(false);
        revive(away, millis(2_500, 8_000));
        for (StoragePeer each : peers) {
            if (volume.positionOf(each.disk().id()) < 0) {
                each.disk().fill(millis(3_000, 7_000));
            }
        }
        List<StoragePeer> others = peers.stream()
                .filter(peer -> peer != away && volume.positionOf(peer.disk().id()) >= 0)
                .toList();
        if (!others.isEmpty()) {
            awaitSuccessor(away, others.get(world.random.nextInt(others.size())), SUCCESSOR_LOOKS_MAX);
        }
    }

    private void awaitSuccessor(StoragePeer away, StoragePeer behind, int looks) {
        VolumeEntry volume = ledger.volume();
        boolean isReplaced = volume != null && volume.positionOf(away.disk().id()) < 0;
        ledger.isWhole();
        if (world.isCalm() || looks == 0) {
            return;
        }
        if (isReplaced && mayBePutBack(behind) && ledger.olderCopies().mayBePutBackAtACost(behind.disk())) {
            putBack(behind, behind.disk());
        } else {
            world.after(SUCCESSOR_LOOK_MICROS, () -> awaitSuccessor(away, behind, looks - 1));
        }
    }

    /** A user has a disk wiped: while all is well, or while the manager knows of all that is not. */
    private void failDisk() {
        VolumeEntry volume = ledger.volume();
        if (volume == null || !(ledger.isWhole() || ledger.isKnown())) {
            return;
        }
        DiskId disk = volume.disks().get(world.random.nextInt(volume.disks().size()));
        DiskEntry entry = ledger.log().catalog().disk(disk);
        if (entry == null) {
            return;
        }
        String name = entry.name();
        VolumeMessage.FailDisk order = new VolumeMessage.FailDisk(
                world.random.nextLong() | 1, Ledger.VOLUME, Optional.of(name), StorageClient.USER);
        say("disk-failure " + name);
        ledger.olderCopies().condemned(disk);
        StorageClient client = clients.get(0);
        client.ask(order, answer -> client.ask(order, again -> {}));
    }

    private void clientDies() {
        StorageClient client = clients.get(world.random.nextInt(clients.size()));
        crash(client, false, millis(10, 300));
    }

    /** Ends all of it. */
    void end() {
        world.calmDown();
        ledger.net().heal();
        for (Process each : world.processes) {
            if (!each.isUp()) {
                each.start();
            }
        }
        peers.forEach(peer -> peer.disk().heal());
        leadership.agreeOn(peers.get(peers.size() - 1));
    }
}
