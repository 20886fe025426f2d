import java.time.Instant;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;

/**
 * One JGroups member. Prints {@code MICROS LEADER NAME SIZE} for every view: its coordinator and how many it holds.
 *
 * <p>Arguments: own name, configuration file, cluster name.
 */
public final class JGroupsMember {
    private static synchronized void say(String line) {
        Instant now = Instant.now();
        System.out.println(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000 + " " + line);
        System.out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        JChannel channel = new JChannel(arguments[1]);
        channel.setName(arguments[0]);
        channel.setReceiver(new Receiver() {
            @Override
            public void viewAccepted(View view) {
                say("LEADER " + view.getCoord() + " " + view.size());
            }
        });
        channel.connect(arguments[2]);
        Thread.sleep(Long.MAX_VALUE);
    }
}
