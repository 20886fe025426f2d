package io.roundtable.wire;

import com.esotericsoftware.kryo.Kryo;
import io.roundtable.codec.RecordCodec;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.VolumeMessage;
import java.lang.invoke.MethodHandles;

/**
 * The numbers of the messages about volumes. Their fields stand as {@link RecordCodec} writes them: a record whose
 * components change gets a new number; a number is never used again.
 */
final class StorageMessages {
    static final RecordCodec CODEC = new RecordCodec(MethodHandles.publicLookup());

    private StorageMessages() {}

    static void registerAll(Kryo kryo) {
        NativeMessages.registerRecord(kryo, 50, LeaseMessage.Claim.class);
        NativeMessages.registerRecord(kryo, 51, LeaseMessage.Renew.class);
        NativeMessages.registerRecord(kryo, 52, LeaseMessage.HandBack.class);
        NativeMessages.registerRecord(kryo, 53, LeaseMessage.Granted.class);
        NativeMessages.registerRecord(kryo, 54, LeaseMessage.Held.class);
        NativeMessages.registerRecord(kryo, 55, LeaseMessage.Propose.class);
        NativeMessages.registerRecord(kryo, 56, LeaseMessage.Applied.class);
        NativeMessages.registerRecord(kryo, 57, LeaseMessage.FetchCatalog.class);
        NativeMessages.registerRecord(kryo, 58, LeaseMessage.CatalogPart.class);
        NativeMessages.registerRecord(kryo, 59, LeaseMessage.WhoManages.class);
        NativeMessages.registerRecord(kryo, 60, LeaseMessage.Manages.class);
        NativeMessages.registerRecord(kryo, 70, VolumeMessage.Elsewhere.class);
        NativeMessages.registerRecord(kryo, 71, VolumeMessage.ListVolumes.class);
        NativeMessages.registerRecord(kryo, 98, VolumeMessage.Listing.class);
        NativeMessages.registerRecord(kryo, 73, VolumeMessage.ListFiles.class);
        NativeMessages.registerRecord(kryo, 74, VolumeMessage.Files.class);
        NativeMessages.registerRecord(kryo, 99, VolumeMessage.Configure.class);
        NativeMessages.registerRecord(kryo, 76, VolumeMessage.Volume.class);
        NativeMessages.registerRecord(kryo, 77, VolumeMessage.PrepareWrite.class);
        NativeMessages.registerRecord(kryo, 78, VolumeMessage.KeepWrite.class);
        NativeMessages.registerRecord(kryo, 79, VolumeMessage.WriteGrant.class);
        NativeMessages.registerRecord(kryo, 80, VolumeMessage.Commit.class);
        NativeMessages.registerRecord(kryo, 81, VolumeMessage.Abort.class);
        NativeMessages.registerRecord(kryo, 82, VolumeMessage.OpenRead.class);
        NativeMessages.registerRecord(kryo, 83, VolumeMessage.ReadGrant.class);
        NativeMessages.registerRecord(kryo, 84, VolumeMessage.KeepRead.class);
        NativeMessages.registerRecord(kryo, 85, VolumeMessage.CloseRead.class);
        NativeMessages.registerRecord(kryo, 86, VolumeMessage.Remove.class);
        NativeMessages.registerRecord(kryo, 87, VolumeMessage.FailDisk.class);
        NativeMessages.registerRecord(kryo, 88, VolumeMessage.Decommission.class);
        NativeMessages.registerRecord(kryo, 89, VolumeMessage.Scrub.class);
        NativeMessages.registerRecord(kryo, 90, VolumeMessage.JobQuery.class);
        NativeMessages.registerRecord(kryo, 91, VolumeMessage.Job.class);
        NativeMessages.registerRecord(kryo, 92, VolumeMessage.Explain.class);
        NativeMessages.registerRecord(kryo, 93, VolumeMessage.Explanation.class);
        NativeMessages.registerRecord(kryo, 94, VolumeMessage.RegisterUser.class);
        NativeMessages.registerRecord(kryo, 95, VolumeMessage.DeregisterUser.class);
        NativeMessages.registerRecord(kryo, 96, VolumeMessage.DeregisterDisk.class);
        NativeMessages.registerRecord(kryo, 97, VolumeMessage.ReportDamage.class);
        NativeMessages.registerRecord(kryo, 110, DiskMessage.DataHello.class);
        NativeMessages.registerRecord(kryo, 111, DiskMessage.BeginShare.class);
        NativeMessages.registerRecord(kryo, 112, DiskMessage.ShareData.class);
        NativeMessages.registerRecord(kryo, 113, DiskMessage.SealShare.class);
        NativeMessages.registerRecord(kryo, 114, DiskMessage.PutShare.class);
        NativeMessages.registerRecord(kryo, 115, DiskMessage.Sealed.class);
        NativeMessages.registerRecord(kryo, 116, DiskMessage.ReadShare.class);
        NativeMessages.registerRecord(kryo, 117, DiskMessage.ShareBytes.class);
        NativeMessages.registerRecord(kryo, 118, DiskMessage.DiskRefusal.class);
        NativeMessages.registerRecord(kryo, 130, DiskMessage.DiskHello.class);
        NativeMessages.registerRecord(kryo, 120, DiskMessage.Welcome.class);
        NativeMessages.registerRecord(kryo, 121, DiskMessage.ListShares.class);
        NativeMessages.registerRecord(kryo, 122, DiskMessage.Shares.class);
        NativeMessages.registerRecord(kryo, 123, DiskMessage.DeleteShares.class);
        NativeMessages.registerRecord(kryo, 124, DiskMessage.Wipe.class);
        NativeMessages.registerRecord(kryo, 125, DiskMessage.RebuildShare.class);
        NativeMessages.registerRecord(kryo, 126, DiskMessage.Rebuilt.class);
        NativeMessages.registerRecord(kryo, 127, DiskMessage.CheckShares.class);
        NativeMessages.registerRecord(kryo, 128, DiskMessage.Checked.class);
        NativeMessages.registerRecord(kryo, 129, DiskMessage.DiskAway.class);
        NativeMessages.registerRecord(kryo, 131, DiskMessage.PresentDisk.class);
        NativeMessages.registerRecord(kryo, 132, VolumeMessage.RegisterDisk.class);
        NativeMessages.registerRecord(kryo, 150, DssMessage.Datagram.class);
        NativeMessages.registerRecord(kryo, 151, DssMessage.Reply.class);
        NativeMessages.registerRecord(kryo, 152, DssMessage.Stage.class);
        NativeMessages.registerRecord(kryo, 153, DssMessage.SealStaged.class);
        NativeMessages.registerRecord(kryo, 154, DssMessage.StagedSealed.class);
        NativeMessages.registerRecord(kryo, 155, DssMessage.Expose.class);
        NativeMessages.registerRecord(kryo, 156, DssMessage.Ready.class);
        NativeMessages.registerRecord(kryo, 157, DssMessage.Pulse.class);
        NativeMessages.registerRecord(kryo, 158, DssMessage.Heard.class);
        NativeMessages.registerRecord(kryo, 159, DssMessage.Release.class);
        NativeMessages.registerRecord(kryo, 160, DssMessage.Failed.class);
        NativeMessages.registerRecord(kryo, 161, DssMessage.Working.class);
        NativeMessages.registerRecord(kryo, 162, DssMessage.Recall.class);
        NativeMessages.registerRecord(kryo, 163, DssMessage.Recalled.class);
    }
}
