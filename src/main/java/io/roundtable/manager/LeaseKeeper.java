package io.roundtable.manager;

import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A peer's side of the manager's lease: claims it while the peer should manage, renews it, and says when it is over
 * (docs/PROTOCOL.md, Lease).
 *
 * <p>Sans I/O. Time is that of a clock that goes on while the process is stopped: a manager that slept must notice. A
 * lease counts from the moment when it was asked for, the GCD's from when it granted it, so ours ends first.
 */
public final class LeaseKeeper {
    /** What is to be done. */
    public sealed interface Effect {
        /** Ask the GCD; the answer comes as {@link #onAnswer}. */
        record Ask(long token, LeaseMessage question, long timeoutMs) implements Effect {}

        /**
         * Manage from now on, in this epoch.
         *
         * @param snapshot of the catalog, in parts that follow each other
         */
        record Begin(long epoch, List<byte[]> snapshot) implements Effect {}

        /** Do not manage any more. */
        record End(long epoch, String reason) implements Effect {}
    }

    /** Of the lease's time this part is not used: clocks may differ in speed. */
    private static final int MARGIN_PART = 10;

    private static final int RENEWALS_PER_LEASE = 4;
    private static final long ASK_MS = 2_000;
    /** Writing millions of files out takes seconds, and beginning again would take as long again. */
    private static final long FETCH_MS = 20_000;

    private static final long RETRY_MS = 250;
    /** More than one whole lease: of three that want it, the two lower ones must not take turns before the highest. */
    private static final long GO_FIRST_MS = 10 * RETRY_MS;
    /** After a first failure to manage; each further one doubles it. Every claim is an entry of the log. */
    private static final long FAILED_FIRST_MS = 50;

    private static final long FAILED_MAX_MS = 30_000;
    /** Whoever managed for so long is no case of failures in a row. */
    private static final long MANAGED_MS = 10_000;

    private static final String NOT_READ = "the GCD's catalog could not be had";
    /** A catalog beyond this is none. */
    private static final int SNAPSHOT_BYTES_MAX = 1 << 30;

    private enum State {
        /** Does not want the lease, or has nobody to ask. */
        IDLE,
        /** Has asked for it. */
        CLAIMING,
        /** Was refused, and asks again later. */
        WAITING,
        /** Has it, and reads the catalog. */
        FETCHING,
        /** Has it, and manages. */
        HOLDING
    }

    private final Member self;
    private List<Effect> out = new ArrayList<>();
    private State state = State.IDLE;
    private boolean wants;
    private boolean isConnected;
    private Optional<Member> manager = Optional.empty();
    /** The epoch of which {@code manager} was told. */
    private long toldEpoch;

    private long lastToken;
    private long claimToken;
    private long renewToken;
    private long fetchToken;
    private long claimSentMs;
    private long renewSentMs;
    private long retryAtMs;
    private long yieldMs;
    /** Whatever the GCD tells meanwhile, nothing is claimed before. */
    private long notBeforeMs = Long.MIN_VALUE;

    private long failedMs;
    private long heldSinceMs;
    private long epoch;
    private long validUntilMs;
    private int durationMs;
    private List<byte[]> snapshot = new ArrayList<>();
    private int snapshotBytes;

    public LeaseKeeper(Member self) {
        this.self = self;
    }

    /** Whether this peer may act as the manager at this moment. */
    public boolean isManaging(long nowMs) {
        return state == State.HOLDING && nowMs < validUntilMs;
    }

    /** Who manages, as the GCD told last. */
    public Optional<Member> manager() {
        return manager;
    }

    // ---- input

    /** @param isWanted whether this peer should manage: it leads, or is the highest native one under a lab leader */
    public List<Effect> onWanted(boolean isWanted, long nowMs) {
        return onWanted(isWanted, "another leads", nowMs);
    }

    /** This peer ends, and hands the lease back. */
    public List<Effect> onStopped(long nowMs) {
        return onWanted(false, "the process ends", nowMs);
    }

    private List<Effect> onWanted(boolean isWanted, String reason, long nowMs) {
        if (wants && !isWanted) {
            wants = false;
            if (epoch != 0 && isConnected) {
                out.add(new Effect.Ask(++lastToken, new LeaseMessage.HandBack(epoch), ASK_MS));
            }
            end(reason);
        }
        wants = isWanted;
        return act(nowMs);
    }

    /**
     * Lets others go first: where several peers want the lease, as all native ones do under a lab leader, the highest is to get
     * it, and it would only end the others' leases soon after they had it.
     *
     * @param ms how much later than it could this peer claims; 0 for whoever nobody goes before
     */
    public void yieldFor(long ms) {
        yieldMs = ms;
    }

    /**
     * This peer has the lease and cannot manage: the catalog cannot be read, or what became of a change is not known. It gives
     * the lease back, and claims it again later, ever more rarely while that does not help.
     */
    public List<Effect> onFailed(String reason, long nowMs) {
        if (epoch != 0) {
            fail(reason, nowMs);
        }
        return act(nowMs);
    }

    /** The process pretends to be dead: it stops at once, and tells nobody. */
    public List<Effect> onFeigned(long nowMs) {
        wants = false;
        end("feigning");
        return act(nowMs);
    }

    /** The connection to the GCD was made or has ended. */
    public List<Effect> onGcd(boolean connected, long nowMs) {
        isConnected = connected;
        if (!connected) {
            // The GCD ends the lease of a holder whose connection ends.
            end("the GCD is gone");
            manager = Optional.empty();
        }
        return act(nowMs);
    }

    /** The GCD says who manages. */
    public List<Effect> onManages(LeaseMessage.Manages manages, long nowMs) {
        manager = manages.manager();
        toldEpoch = manages.epoch();
        if (manages.epoch() > epoch && epoch != 0) {
            end("another manages");
        } else if (manages.epoch() == epoch && epoch != 0 && manager.isEmpty()) {
            end("the lease is over");
        }
        if (state == State.WAITING && manager.isEmpty()) {
            retryAtMs = nowMs + yieldMs;
        }
        return act(nowMs);
    }

    /** @param answer null if there was none */
    public List<Effect> onAnswer(long token, @Nullable Message answer, long nowMs) {
        // A renewal that comes now comes too late: since the lease ran out nobody could act.
        expire(nowMs);
        if (token == claimToken && state == State.CLAIMING) {
            onClaimed(answer, nowMs);
        } else if (token == renewToken && epoch != 0) {
            renewToken = 0;
            if (answer instanceof LeaseMessage.Granted granted && granted.epoch() == epoch) {
                validUntilMs = validUntil(renewSentMs, granted.durationMs());
            } else if (answer != null) {
                if (answer instanceof LeaseMessage.Held held && held.epoch() == epoch) {
                    // Nobody else has it yet: a higher one waits for its end, and is to have it then.
                    notBeforeMs = Math.max(notBeforeMs, validUntilMs + durationMs / MARGIN_PART + GO_FIRST_MS);
                }
                end("the lease went to another");
            }
        } else if (token == fetchToken && state == State.FETCHING) {
            onPart(answer, nowMs);
        } else if (token == claimToken && answer instanceof LeaseMessage.Granted late && late.epoch() != epoch) {
            // It is not wanted any more, and the next one waits for it.
            out.add(new Effect.Ask(++lastToken, new LeaseMessage.HandBack(late.epoch()), ASK_MS));
        }
        return act(nowMs);
    }

    public List<Effect> onTick(long nowMs) {
        return act(nowMs);
    }

    // ---- claims

    private void onClaimed(@Nullable Message answer, long nowMs) {
        if (answer instanceof LeaseMessage.Granted granted) {
            epoch = granted.epoch();
            durationMs = granted.durationMs();
            validUntilMs = validUntil(claimSentMs, durationMs);
            renewSentMs = nowMs;
            state = State.FETCHING;
            forgetSnapshot();
            fetch();
        } else {
            // A GCD that refuses keeps no catalog, or does not know us yet.
            long retryMs = answer instanceof Message.Refusal ? 4 * RETRY_MS : RETRY_MS;
            if (answer instanceof LeaseMessage.Held held) {
                if (held.holder().isPresent() && held.epoch() >= toldEpoch) {
                    // That nobody manages any more is told by itself; a GCD that is behind may say so too early, and
                    // may
                    // name one whom others have followed since.
                    manager = held.holder();
                }
                retryMs = Math.max(1, Math.min(RETRY_MS, held.retryMs()));
                if (isHigher(held.holder())) {
                    retryMs = 4 * RETRY_MS;
                }
            }
            retryAtMs = nowMs + retryMs + yieldMs;
            state = State.WAITING;
        }
    }

    private boolean isHigher(Optional<Member> holder) {
        return holder.isPresent() && holder.get().identity().isHigherThan(self.identity());
    }

    private static long validUntil(long askedMs, int forMs) {
        return askedMs + forMs - forMs / MARGIN_PART;
    }

    private void fetch() {
        fetchToken = ++lastToken;
        out.add(new Effect.Ask(fetchToken, new LeaseMessage.FetchCatalog(epoch, snapshotBytes), FETCH_MS));
    }

    private void onPart(@Nullable Message answer, long nowMs) {
        if (answer instanceof LeaseMessage.CatalogPart part
                && part.offset() == snapshotBytes
                && part.totalBytes() <= SNAPSHOT_BYTES_MAX) {
            snapshot.add(part.bytes());
            snapshotBytes += part.bytes().length;
            if (snapshotBytes >= part.totalBytes()) {
                state = State.HOLDING;
                heldSinceMs = nowMs;
                manager = Optional.of(self);
                out.add(new Effect.Begin(epoch, snapshot));
                forgetSnapshot();
            } else if (part.bytes().length > 0) {
                fetch();
            } else {
                fail(NOT_READ, nowMs);
            }
        } else {
            fail(NOT_READ, nowMs);
        }
    }

    private void forgetSnapshot() {
        snapshot = new ArrayList<>();
        snapshotBytes = 0;
    }

    /** From the beginning, with a new epoch. */
    private void fail(String reason, long nowMs) {
        if (isConnected) {
            out.add(new Effect.Ask(++lastToken, new LeaseMessage.HandBack(epoch), ASK_MS));
        }
        boolean isInARow = state != State.HOLDING || nowMs - heldSinceMs < MANAGED_MS;
        failedMs = isInARow ? Math.min(FAILED_MAX_MS, Math.max(FAILED_FIRST_MS, 2 * failedMs)) : FAILED_FIRST_MS;
        notBeforeMs = nowMs + failedMs;
        end(reason);
    }

    private void end(String reason) {
        if (state == State.HOLDING) {
            out.add(new Effect.End(epoch, reason));
        }
        epoch = 0;
        renewToken = 0;
        state = State.IDLE;
        forgetSnapshot();
    }

    // ---- time

    private void expire(long nowMs) {
        if (epoch != 0 && nowMs >= validUntilMs) {
            end("the lease ran out");
        }
    }

    private List<Effect> act(long nowMs) {
        expire(nowMs);
        if (wants && isConnected) {
            if (state == State.IDLE && yieldMs > 0) {
                state = State.WAITING;
                retryAtMs = nowMs + yieldMs;
            }
            boolean isDue = state == State.IDLE || (state == State.WAITING && nowMs >= retryAtMs);
            if (isDue && nowMs >= notBeforeMs) {
                state = State.CLAIMING;
                claimToken = ++lastToken;
                claimSentMs = nowMs;
                out.add(new Effect.Ask(claimToken, new LeaseMessage.Claim(self), ASK_MS));
            } else if (epoch != 0 && renewToken == 0 && nowMs >= renewSentMs + durationMs / RENEWALS_PER_LEASE) {
                renewToken = ++lastToken;
                renewSentMs = nowMs;
                out.add(new Effect.Ask(renewToken, new LeaseMessage.Renew(epoch), durationMs / 2));
            }
        }
        List<Effect> drained = out;
        out = new ArrayList<>();
        return drained;
    }
}
