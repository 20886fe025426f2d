package io.roundtable;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The table "Packages" of docs/ARCHITECTURE.md as rules; a package that is not built yet breaks none of them. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.roundtable";

    /** Whom each package may use, besides itself. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            mayUse("protocol"),
            mayUse("event", "protocol"),
            mayUse("codec"),
            mayUse("folder", "protocol"),
            mayUse("wire", "protocol", "codec"),
            mayUse("chaos", "protocol"),
            mayUse("election", "protocol", "event", "chaos"),
            mayUse("catalog", "protocol", "codec"),
            mayUse("storage", "protocol", "catalog"),
            mayUse("manager", "protocol", "catalog", "storage", "event"),
            mayUse("disk", "wire", "storage", "protocol", "folder"),
            mayUse("stream", "wire", "storage", "protocol"),
            mayUse("dss", "protocol", "catalog", "storage", "disk", "net", "folder"),
            mayUse("foreign", "protocol", "disk"),
            mayUse("message", "protocol"),
            mayUse("job", "protocol"),
            mayUse("net", "wire", "protocol", "event"),
            mayUse("role", "protocol", "event", "net"),
            mayUse("role.manager", "role", "protocol", "codec", "event", "catalog", "manager", "net"),
            mayUse(
                    "role.disk",
                    "role",
                    "protocol",
                    "event",
                    "catalog",
                    "storage",
                    "disk",
                    "stream",
                    "foreign",
                    "net",
                    "folder"),
            mayUse("role.dss", "role", "protocol", "event", "storage", "disk", "stream", "dss", "net"),
            mayUse("peer", "role", "protocol", "wire", "event", "election", "chaos", "net"),
            mayUse("gcd", "catalog", "codec", "net", "wire", "protocol", "event", "folder"),
            mayUse("client", "net", "wire", "stream", "storage", "protocol", "event"),
            mayUse("gateway", "client"),
            mayUse("experiment", "client", "storage"),
            mayUse(
                    "simulation",
                    "protocol",
                    "wire",
                    "event",
                    "election",
                    "chaos",
                    "catalog",
                    "manager",
                    "storage",
                    "disk",
                    "net",
                    "role",
                    "role.manager",
                    "role.disk",
                    "peer",
                    "gcd"),
            // The commands put processes together: they name the types of every option (chaos, wire, election) and
            // start
            // the loop (net).
            mayUse(
                    "cli",
                    "folder",
                    "protocol",
                    "manager",
                    "disk",
                    "stream",
                    "dss",
                    "foreign",
                    "event",
                    "chaos",
                    "wire",
                    "election",
                    "net",
                    "role",
                    "role.manager",
                    "role.disk",
                    "role.dss",
                    "peer",
                    "gcd",
                    "client",
                    "gateway",
                    "experiment",
                    "simulation"));

    private static final String[] PURE =
            packages("protocol", "event", "election", "chaos", "catalog", "manager", "storage");

    /** The one class of gcd, with those nested in it, that runs in virtual time too. */
    private static final DescribedPredicate<JavaClass> DIRECTORY = DescribedPredicate.describe(
            "the Directory", type -> type.getName().matches("io\\.roundtable\\.gcd\\.Directory(\\$.*)?"));

    /** What runs on a loop: real ones and simulated ones alike. What blocks on threads of its own is named. */
    private static final DescribedPredicate<JavaClass> DRIVERS = DescribedPredicate.describe(
            "drivers",
            type -> type.getName().matches("io\\.roundtable\\.(peer|role|dss|net)\\..*")
                            && !type.getPackageName().equals(ROOT + ".net.nio")
                            // Asked on a lane of the loop's.
                            && !type.getName().equals(ROOT + ".net.NameService")
                            && !type.getName().equals(ROOT + ".net.Resolver")
                    || type.getName()
                            .matches("io\\.roundtable\\.gcd\\.(GcdServer|LeaseDesk|Directory|HostCheck|RivalCheck"
                                    + "|SharedSeats)(\\$.*)?"));

    @ArchTest
    static final ArchRule everyPackageUsesOnlyWhatTheDesignLists = classes()
            .should(new ArchCondition<>("use only the packages that the design lists for theirs") {
                @Override
                public void check(JavaClass origin, ConditionEvents events) {
                    Set<String> allowed = MAY_USE.get(packageOf(origin));
                    if (allowed == null) {
                        events.add(SimpleConditionEvent.violated(origin, origin + " is in no package of the table"));
                        return;
                    }
                    for (Dependency use : origin.getDirectDependenciesFromSelf()) {
                        JavaClass target = use.getTargetClass().getBaseComponentType();
                        boolean ours = target.getPackageName().startsWith(ROOT);
                        if (ours
                                && !packageOf(target).equals(packageOf(origin))
                                && !allowed.contains(packageOf(target))) {
                            events.add(SimpleConditionEvent.violated(use, use.getDescription()));
                        }
                    }
                }
            })
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noPackagesUseEachOtherInACircle =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    /** Nor does whoever hosts them know any: see the table. */
    @ArchTest
    static final ArchRule rolesDoNotKnowEachOther =
            slices().matching(ROOT + ".role.(*)..").should().notDependOnEachOther();

    /** The older worlds model them. */
    @ArchTest
    static final ArchRule onlyTheSimulatorsGroupsRunDrivers = noClasses()
            .that(resideInAnyPackage(packages("simulation")))
            .and()
            .resideOutsideOfPackage(ROOT + ".simulation.group..")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage(packages("gcd", "peer", "role")).and(DescribedPredicate.not(DIRECTORY)))
            .allowEmptyShould(true);

    /** So that the simulator's clock, chance and threads reach them: what they need of these is the loop's. */
    @ArchTest
    static final ArchRule driversTakeTimeChanceAndThreadsFromTheirLoop = noClasses()
            .that(DRIVERS)
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "the system's clock or chance is asked, a thread made, or a name looked up",
                    access -> isClockOrDice(access) || isThreadOrLookUp(access)))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheTransportOfSocketsOpensSockets = noClasses()
            .that(DRIVERS)
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "a socket is opened or waited for",
                    access -> Set.of(
                                            "SocketChannel",
                                            "ServerSocketChannel",
                                            "DatagramChannel",
                                            "Selector",
                                            "SelectionKey")
                                    .contains(access.getTargetOwner().getSimpleName())
                            // What has left the loop may be closed.
                            && !access.getName().equals("close")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule pureCodeOpensNoSocketAndStartsNoThread = noClasses()
            .that(resideInAnyPackage(PURE).or(DIRECTORY))
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are sockets, channels, threads or timers", ArchitectureTest::isSocketOrThread))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule pureCodeTakesTimeAndRandomnessAsArguments = noClasses()
            .that(resideInAnyPackage(PURE).or(DIRECTORY))
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "the system's clock or unseeded randomness is asked", ArchitectureTest::isClockOrDice))
            .allowEmptyShould(true);

    private static boolean isSocketOrThread(JavaClass type) {
        String name = type.getName();
        // Only the unit is harmless in java.util.concurrent; a URI is text, whatever else is in java.net is a network.
        return (name.startsWith("java.net.") && !name.startsWith("java.net.URI"))
                || name.startsWith("java.nio.channels.")
                || (name.startsWith("java.util.concurrent.") && !name.equals("java.util.concurrent.TimeUnit"))
                || Set.of("java.lang.Thread", "java.lang.ThreadLocal", "java.util.Timer")
                        .contains(name);
    }

    private static boolean isThreadOrLookUp(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return switch (owner.getName()) {
            // An interrupt that was caught is handed on.
            case "java.lang.Thread" -> !Set.of("currentThread", "interrupt").contains(name);
            case "java.util.concurrent.Executors", "java.util.concurrent.locks.LockSupport", "java.util.Timer" -> true;
            case "java.util.concurrent.TimeUnit" -> name.equals("sleep");
            case "java.util.concurrent.ThreadPoolExecutor", "java.util.concurrent.ScheduledThreadPoolExecutor" ->
                name.equals("<init>");
            case "java.net.InetAddress" ->
                Set.of("getByName", "getAllByName", "getLocalHost").contains(name);
            case "java.net.NetworkInterface" -> true;
            case "java.util.concurrent.CompletableFuture" ->
                // With an executor of the caller's it is the caller who decides.
                name.endsWith("Async")
                        && access instanceof JavaCodeUnitAccess<?> use
                        && use.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(java.util.concurrent.Executor.class));
            default -> false;
        };
    }

    private static boolean isClockOrDice(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        // Calls and method references alike.
        List<JavaClass> parameters =
                access instanceof JavaCodeUnitAccess<?> use ? use.getTarget().getRawParameterTypes() : List.of();
        return switch (owner) {
            case "java.lang.System" -> Set.of("currentTimeMillis", "nanoTime").contains(name);
            case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.util.Random", "java.util.SplittableRandom" -> name.equals("<init>") && parameters.isEmpty();
            case "java.security.SecureRandom" -> true;
            case "java.util.Date" -> name.equals("<init>") && parameters.isEmpty();
            case "java.util.Calendar" -> name.equals("getInstance");
            case "java.util.Collections" -> name.equals("shuffle") && parameters.size() == 1;
            case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
            default ->
                owner.startsWith("java.time.")
                        && name.equals("now")
                        // now(clock) asks the clock that it was handed.
                        && parameters.stream().noneMatch(parameter -> parameter.isEquivalentTo(java.time.Clock.class));
        };
    }

    /** The line of the table for a class: that of its package, or of the nearest one around it. */
    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        String inner = name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
        while (!MAY_USE.containsKey(inner) && inner.contains(".")) {
            inner = inner.substring(0, inner.lastIndexOf('.'));
        }
        return inner;
    }

    private static Map.Entry<String, Set<String>> mayUse(String user, String... used) {
        return Map.entry(user, new TreeSet<>(List.of(used)));
    }

    private static String[] packages(String... names) {
        return Arrays.stream(names).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }
}
