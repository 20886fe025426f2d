package io.roundtable.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One program that is registered by two of its addresses shows the same number to whoever presents it. */
class ProgramMarkTest {
    private final PublishedDisk program = new PublishedDisk(1);

    private ForeignMedium open(PublishedDisk at, int disk, Line.To to) throws IOException {
        Question question = new Question(to, "F" + disk, at::nowMs);
        return ForeignMedium.open(question, "F" + disk, new DiskId(7, disk), 1, at::nowMs, new Random(disk)::nextLong);
    }

    private ForeignMedium open(int disk) throws IOException {
        return open(program, disk, program);
    }

    @Test
    void twoDisksOfOneProgramHaveOneNumberAndThoseOfTwoHaveNot() throws IOException {
        long first = open(1).program();
        assertEquals(first, open(2).program());
        PublishedDisk other = new PublishedDisk(2);
        assertNotEquals(first, open(other, 3, other).program());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void alsoWhenBothComeAtTheSameTime(int loss) throws IOException {
        program.loss = loss;
        ForeignMedium[] second = new ForeignMedium[1];
        Line.To to = ForeignRig.hangingBefore(
                program,
                text -> text.contains("write-block") && text.contains("\"roundtable-program\""),
                () -> second[0] = open(2));
        ForeignMedium first = open(program, 1, to);
        program.pass(5_000);
        first.space();
        second[0].space();
        assertEquals(first.program(), second[0].program());
    }

    @Test
    void whatForgotAllIsMarkedAnew() throws IOException {
        open(1);
        program.restart();
        long second = open(2).program();
        assertEquals(second, open(3).program());
    }
}
