/** The manager's driver: keeps the lease while its peer should manage, and carries out what the manager decides. */
@NullMarked
package io.roundtable.role.manager;

import org.jspecify.annotations.NullMarked;
