import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;

/**
 * Many JGroups members in one process, all started at once. Prints {@code MICROS AGREED COUNT} as soon as every
 * member's view holds all of them and names the same coordinator, and then stays for being measured.
 *
 * <p>Arguments: how many, configuration file, cluster name.
 */
public final class JGroupsTable {
    private static boolean hasAgreed;

    private static synchronized void check(Map<Integer, View> views, int members, View view) {
        boolean agreed = views.size() == members
                && views.values().stream()
                        .allMatch(v -> v.size() == members && v.getCoord().equals(view.getCoord()));
        if (agreed && !hasAgreed) {
            hasAgreed = true;
            Instant now = Instant.now();
            System.out.println(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000 + " AGREED " + members);
            System.out.flush();
        }
    }

    public static void main(String[] arguments) throws Exception {
        int members = Integer.parseInt(arguments[0]);
        Map<Integer, View> views = new ConcurrentHashMap<>();
        ExecutorService starters = Executors.newFixedThreadPool(members);
        for (int i = 0; i < members; i++) {
            int number = i;
            starters.submit(() -> {
                JChannel channel = new JChannel(arguments[1]);
                channel.setName("m" + number);
                channel.setReceiver(new Receiver() {
                    @Override
                    public void viewAccepted(View view) {
                        views.put(number, view);
                        if (view.size() == members) {
                            check(views, members, view);
                        }
                    }
                });
                return channel.connect(arguments[2]);
            });
        }
        Thread.sleep(Long.MAX_VALUE);
    }
}
