package io.roundtable.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Names;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.VolumeMessage;
import java.util.Optional;

/** Who uses the volumes. Whoever makes or writes something is registered by that. */
final class Users {
    private final Context context;
    private final Proposals proposals;

    Users(Context context, Proposals proposals) {
        this.context = context;
        this.proposals = proposals;
    }

    /** Registers a user who is not known yet; the log may refuse a second time, which is fine. */
    void ensure(String user) {
        if (Names.isName(user) && context.catalog.user(user) == null) {
            proposals.propose(new Change.AddUser(user, Optional.empty(), Optional.empty()));
        }
    }

    void onRegister(long request, VolumeMessage.RegisterUser register) {
        Change change = new Change.AddUser(register.user(), register.manager(), register.command());
        Catalog.UserEntry wanted = new Catalog.UserEntry(register.user(), register.manager(), register.command());
        if (wanted.equals(context.catalog.user(register.user()))
                && context.catalog.wasDoneByAnotherWay(register.requestId())) {
            context.answer(request, new Control.Done());
            return;
        }
        proposals.propose(register.requestId(), change, result -> context.answer(request, result, new Control.Done()));
    }

    void onDeregister(long request, VolumeMessage.DeregisterUser deregister) {
        String user = deregister.user();
        boolean isOthers = !deregister.by().equals(user) && context.catalog.user(user) != null;
        if (isOthers && !deregister.isForced()) {
            context.refuse(request, Refusals.NOT_OWNER + ": only " + user + " deregisters " + user);
            return;
        }
        if (context.catalog.user(user) == null && context.catalog.wasDoneByAnotherWay(deregister.requestId())) {
            context.answer(request, new Control.Done());
            return;
        }
        proposals.propose(deregister.requestId(), new Change.RemoveUser(user), result -> {
            if (isOthers && result instanceof Outcome.Done) {
                context.reportForced("deregister " + user, user, deregister.by());
            }
            context.answer(request, result, new Control.Done());
        });
    }
}
