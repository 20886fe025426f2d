package io.roundtable.protocol;

/** One seat at the table: who, where, and which dialect it is known to understand. */
public record Member(Identity identity, Address address, Dialect dialect) {
    public boolean isNative() {
        return dialect == Dialect.NATIVE;
    }

    public Member as(Dialect other) {
        return dialect == other ? this : new Member(identity, address, other);
    }

    @Override
    public String toString() {
        return identity + "@" + address;
    }
}
