package io.roundtable.wire;

import io.roundtable.protocol.Dialect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** In which year's word to join: a Python GCD knows only its own, and refuses the others. */
public final class JoinWords {
    private static final List<Dialect> YEARS = List.of(Dialect.LAB, Dialect.F24, Dialect.F25);
    private static final String REFUSAL = "Unexpected message";

    private final @Nullable Dialect fixedYear;
    private int current;
    private int refusals;

    /** @param fixedYear the only one to use; null for all */
    public JoinWords(@Nullable Dialect fixedYear) {
        this.fixedYear = fixedYear;
    }

    /** The year whose word is used now. */
    public Dialect year() {
        return fixedYear == null ? YEARS.get(current) : fixedYear;
    }

    /**
     * The GCD answered with this text.
     *
     * @return whether to ask again, in the words of another year
     */
    public boolean tryOther(String refusal) {
        if (fixedYear != null || !refusal.startsWith(REFUSAL) || ++refusals >= YEARS.size()) {
            refusals = 0;
            return false;
        }
        current = (current + 1) % YEARS.size();
        return true;
    }

    /** The GCD took the word: it will next time. */
    public void accepted() {
        refusals = 0;
    }
}
