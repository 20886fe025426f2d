package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.client.VolumeOptions;
import picocli.CommandLine.Mixin;

/** What every command about volumes takes: help, the GCD, the user. */
final class ClientOptions {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final GcdOption gcd = new GcdOption();

    @Mixin
    private final UserOption user = new UserOption();

    /** For what somebody does. */
    VolumeClient open() {
        return open(user.name());
    }

    /** Who it is. */
    String user() {
        return user.name();
    }

    /** For what anybody may look at. */
    VolumeClient openToLook() {
        return open(user.nameOrNone());
    }

    private VolumeClient open(String name) {
        return new VolumeClient(gcd.addresses(), name, VolumeOptions.DEFAULT, gcd.patience());
    }
}
