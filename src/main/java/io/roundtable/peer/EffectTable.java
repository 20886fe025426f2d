package io.roundtable.peer;

import io.roundtable.election.Effect;
import io.roundtable.protocol.ClassTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Who carries out which effects. Carrying out one may bring new ones, such as a write that fails: they wait for their turn, so
 * that the machine never sees itself half way.
 */
final class EffectTable {
    private final ClassTable<Effect, Consumer<Effect>> actions = new ClassTable<>();
    private final Deque<Effect> waiting = new ArrayDeque<>();
    private final BooleanSupplier isOver;
    private boolean isRunning;

    /** @param isOver from when on nothing is carried out any more */
    EffectTable(BooleanSupplier isOver) {
        this.isOver = isOver;
    }

    <E extends Effect> EffectTable on(Class<E> type, Consumer<E> action) {
        actions.put(type, effect -> action.accept(type.cast(effect)));
        return this;
    }

    /**
     * All are there.
     *
     * @throws IllegalStateException if one is not
     */
    void check() {
        List<Class<?>> missing = actions.missing(Effect.class);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("nobody carries out " + missing);
        }
    }

    /** @return false if others are being carried out, behind which these wait */
    boolean carryOut(List<Effect> effects) {
        waiting.addAll(effects);
        if (isRunning) {
            return false;
        }
        isRunning = true;
        Effect next;
        while (!isOver.getAsBoolean() && (next = waiting.poll()) != null) {
            Effect effect = next;
            actions.get(effect).orElseThrow().accept(effect);
        }
        isRunning = false;
        return true;
    }
}
