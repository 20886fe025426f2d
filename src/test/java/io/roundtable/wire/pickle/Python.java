package io.roundtable.wire.pickle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real python3, one process for many values: a line there, a line back. */
final class Python implements AutoCloseable {
    /** Answers with the value's pickles in protocols 0 to 5, from both of CPython's picklers, or with a complaint. */
    private static final String SCRIPT = """
            import pickle, sys, warnings
            warnings.simplefilter('ignore')
            for line in sys.stdin:
                try:
                    kind, what = line.rstrip('\\n').split(' ', 1)
                    if kind == 'eval':
                        value = eval(what)
                    elif kind == 'repr':
                        print('ok', repr(pickle.loads(bytes.fromhex(what))).encode().hex(), flush=True)
                        continue
                    else:
                        data = bytes.fromhex(what)
                        value, other = pickle.loads(data), pickle._loads(data)
                        assert repr(value) == repr(other), 'its two unpicklers disagree'
                    answer = [dumps(value, p).hex() for dumps in (pickle.dumps, pickle._dumps) for p in range(6)]
                    print('ok', *answer, flush=True)
                except Exception as e:
                    print('no', type(e).__name__, str(e).replace('\\n', ' '), flush=True)
            """;

    private final Process process;
    private final PrintWriter in;
    private final BufferedReader out;

    private Python(Process process) {
        this.process = process;
        in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts one, or skips the test that asks if this machine has none. */
    static Python start() {
        try {
            return new Python(new ProcessBuilder("python3", "-c", SCRIPT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            return Assumptions.abort("no python3 here: " + e.getMessage());
        }
    }

    /** Has Python read a pickle and returns its own of that value: protocols 0 to 5 of one pickler, then the other. */
    List<byte[]> load(byte[] pickle) {
        return ask("load " + HexFormat.of().formatHex(pickle));
    }

    /** Has Python pickle the value of an expression. */
    List<byte[]> eval(String expression) {
        return ask("eval " + expression);
    }

    /** What Python shows of a pickle's value. */
    String repr(byte[] pickle) {
        return new String(ask("repr " + HexFormat.of().formatHex(pickle)).get(0), StandardCharsets.UTF_8);
    }

    private List<byte[]> ask(String question) {
        try {
            in.println(question);
            String answer = out.readLine();
            if (answer == null || !answer.startsWith("ok ")) {
                throw new AssertionError("python3 says: " + answer + "; asked: " + question);
            }
            return Arrays.stream(answer.substring(3).split(" "))
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        in.close(); // the script ends with its input
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
