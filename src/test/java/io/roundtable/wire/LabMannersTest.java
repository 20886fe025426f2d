package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.pickle.PickleReader;
import io.roundtable.wire.pickle.PyTuple;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Everybody is spoken to, and answered, in its own words. */
class LabMannersTest {
    private static final LabCodec CODEC = new LabCodec(OkForm.PAIR, false);
    private static final Member SELF = Samples.member(200, 2_000_000, "127.0.0.1", 6_000, Dialect.NATIVE);
    private static final Member OTHER = Samples.member(100, 1_234_567, "127.0.0.1", 5_000, Dialect.LAB);
    private static final PyTuple SELF_PID = PyTuple.of(200L, 2_000_000L);
    private static final PyTuple OTHER_PID = PyTuple.of(100L, 1_234_567L);
    private static final PyTuple SELF_AT = PyTuple.of("127.0.0.1", 6_000L);
    private static final PyTuple OTHER_AT = PyTuple.of("127.0.0.1", 5_000L);
    private static final Message.Election ELECTION = new Message.Election(SELF, List.of(SELF), false);
    private static final Message.Coordinator VICTORY = new Message.Coordinator(SELF, List.of(SELF, OTHER));

    private final LabManners manners = new LabManners(null);

    private Object said(Message message, Member to) throws Exception {
        return value(CODEC.encode(message, manners.speechTo(to), SELF, LabParty.of(to)));
    }

    private static Object value(ByteBuffer pickle) throws Exception {
        byte[] bytes = new byte[pickle.remaining()];
        pickle.get(bytes);
        return PickleReader.read(bytes);
    }

    private Inbound hear(Object value) throws Exception {
        Inbound inbound = LabCodec.decode(io.roundtable.wire.pickle.PickleWriter.write(value));
        assertEquals(List.of(), inbound.complaints());
        manners.heard(inbound);
        return inbound;
    }

    @Test
    void theWordsOfEachYear() throws Exception {
        Member f24 = OTHER.as(Dialect.F24);
        Member f25 = OTHER.as(Dialect.F25);
        Message join = new Message.Join(SELF);

        assertEquals(PyTuple.of("JOIN", PyTuple.of(SELF_PID, SELF_AT)), said(join, OTHER));
        assertEquals(PyTuple.of("BEGIN", PyTuple.of(SELF_PID, SELF_AT)), said(join, f24));
        assertEquals(PyTuple.of("HOWDY", PyTuple.of(SELF_PID, SELF_AT)), said(join, f25));
        assertEquals(PyTuple.of("ELECTION", Map.of(SELF_PID, SELF_AT)), said(ELECTION, f24));
        assertEquals(PyTuple.of("ELECT", Map.of(SELF_PID, SELF_AT)), said(ELECTION, f25));
        assertEquals(PyTuple.of("I_AM_LEADER", SELF_PID), said(VICTORY, f25));
        assertEquals(PyTuple.of("PROBE", null), said(Message.Probe.BARE, f25));
        assertEquals("GOT_IT", said(Message.Ok.BARE, f25));
        assertEquals(PyTuple.of("OK", null), said(Message.Ok.BARE, f24));
    }

    @Test
    void whoNamesItselfInElectionIsAskedInTheSameWay() throws Exception {
        hear(PyTuple.of("ELECTION", OTHER_PID, Map.of(OTHER_PID, OTHER_AT)));

        assertEquals(PyTuple.of("ELECTION", SELF_PID, Map.of(SELF_PID, SELF_AT)), said(ELECTION, OTHER));
    }

    @Test
    void victoriesAreAnnouncedAsTheyAnnounceThem() throws Exception {
        hear(PyTuple.of("COORDINATOR", OTHER_PID));
        assertEquals(PyTuple.of("COORDINATOR", SELF_PID), said(VICTORY, OTHER));

        hear(PyTuple.of("COORDINATOR", OTHER_PID, OTHER_AT));
        assertEquals(PyTuple.of("COORDINATOR", SELF_PID, SELF_AT), said(VICTORY, OTHER));
    }

    @Test
    void anEnvelopeIsAnsweredInOneWithTheSidesChanged() throws Exception {
        Inbound inbound =
                hear(PyTuple.of(PyTuple.of("ELECT", Map.of(OTHER_PID, OTHER_AT)), PyTuple.of(OTHER_PID, SELF_PID)));
        assertNotNull(inbound.asker());

        Object answer = value(CODEC.encode(Message.Ok.BARE, inbound.speech(), SELF, inbound.asker()));

        assertEquals(PyTuple.of(PyTuple.of("GOT_IT", null), PyTuple.of(SELF_PID, OTHER_PID)), answer);
        assertEquals(
                PyTuple.of(PyTuple.of("PROBE", null), PyTuple.of(SELF_PID, OTHER_PID)),
                said(Message.Probe.BARE, OTHER.as(Dialect.F25)));
    }

    @Test
    void anEnvelopeOfAddressesIsAnsweredWithAddresses() throws Exception {
        Inbound inbound = LabCodec.decode(io.roundtable.wire.pickle.PickleWriter.write(
                PyTuple.of(PyTuple.of("PROBE", null), PyTuple.of(OTHER_AT, SELF_AT))));

        Object answer =
                value(CODEC.encode(Message.Ok.BARE, inbound.speech().withYear(Dialect.F25), SELF, inbound.asker()));

        assertEquals(PyTuple.of(PyTuple.of("GOT_IT", null), PyTuple.of(SELF_AT, OTHER_AT)), answer);
    }

    @Test
    void aFixedYearGoesForAll() throws Exception {
        LabManners fixed = new LabManners(Dialect.F25);

        assertEquals(Dialect.F25, fixed.speechTo(OTHER).year());
        assertEquals(Dialect.F25, fixed.yearOfProbers(List.of(OTHER)));
    }

    @Test
    void aProbeIsAnsweredInTheYearThatAllLabMembersHave() {
        Member other = Samples.member(101, 1_234_568, "127.0.0.1", 5_001, Dialect.F25);

        assertEquals(Dialect.F25, manners.yearOfProbers(List.of(SELF, other)));
        assertEquals(Dialect.LAB, manners.yearOfProbers(List.of(OTHER, other)));
        assertEquals(Dialect.LAB, manners.yearOfProbers(List.of(SELF)));
    }

    @Test
    void whoTakesItsOkApartIsRemembered() throws Exception {
        assertFalse(manners.takesOkApart(OTHER.identity()));
        manners.noteTakesOkApart(OTHER.identity());
        hear(PyTuple.of("ELECTION", OTHER_PID, Map.of(OTHER_PID, OTHER_AT)));

        assertTrue(manners.takesOkApart(OTHER.identity()));
        assertTrue(manners.speechTo(OTHER).namesSender());
    }
}
