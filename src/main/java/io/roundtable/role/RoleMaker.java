package io.roundtable.role;

import java.util.function.Function;

/**
 * How a peer gets a role.
 *
 * @param name as in {@code --roles}
 * @param make called once a peer, while that is put together
 */
public record RoleMaker(String name, Function<RoleContext, Role> make) {
    public Role in(RoleContext context) {
        return make.apply(context);
    }
}
