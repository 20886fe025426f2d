package io.roundtable.wire;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.VolumeMessage;

/** The numbers of the messages about volumes, disks and the lease. */
final class StorageMessages {
    private StorageMessages() {}

    static void listAll(NativeMessages messages) {
        messages.add(50, LeaseMessage.Claim.class);
        messages.add(51, LeaseMessage.Renew.class);
        messages.add(52, LeaseMessage.HandBack.class);
        messages.add(53, LeaseMessage.Granted.class);
        messages.add(54, LeaseMessage.Held.class);
        messages.add(55, LeaseMessage.Propose.class);
        messages.add(56, LeaseMessage.Applied.class);
        messages.add(57, LeaseMessage.FetchCatalog.class);
        messages.add(58, LeaseMessage.CatalogPart.class);
        messages.add(59, LeaseMessage.WhoManages.class);
        messages.add(60, LeaseMessage.Manages.class);
        messages.add(70, VolumeMessage.Elsewhere.class);
        messages.add(71, VolumeMessage.ListVolumes.class);
        messages.add(98, VolumeMessage.Listing.class);
        messages.add(73, VolumeMessage.ListFiles.class);
        messages.add(74, VolumeMessage.Files.class);
        messages.add(99, VolumeMessage.Configure.class);
        messages.add(76, VolumeMessage.Volume.class);
        messages.add(77, VolumeMessage.PrepareWrite.class);
        messages.add(78, VolumeMessage.KeepWrite.class);
        messages.add(79, VolumeMessage.WriteGrant.class);
        messages.add(80, VolumeMessage.Commit.class);
        messages.add(81, VolumeMessage.Abort.class);
        messages.add(82, VolumeMessage.OpenRead.class);
        messages.add(83, VolumeMessage.ReadGrant.class);
        messages.add(84, VolumeMessage.KeepRead.class);
        messages.add(85, VolumeMessage.CloseRead.class);
        messages.add(86, VolumeMessage.Remove.class);
        messages.add(87, VolumeMessage.FailDisk.class);
        messages.add(88, VolumeMessage.Decommission.class);
        messages.add(89, VolumeMessage.Scrub.class);
        messages.add(90, VolumeMessage.JobQuery.class);
        messages.add(91, VolumeMessage.Job.class);
        messages.add(92, VolumeMessage.Explain.class);
        messages.add(93, VolumeMessage.Explanation.class);
        messages.add(94, VolumeMessage.RegisterUser.class);
        messages.add(95, VolumeMessage.DeregisterUser.class);
        messages.add(96, VolumeMessage.DeregisterDisk.class);
        messages.add(97, VolumeMessage.ReportDamage.class);
        messages.add(110, DiskMessage.DataHello.class);
        messages.add(111, DiskMessage.BeginShare.class);
        messages.add(112, DiskMessage.ShareData.class);
        messages.add(113, DiskMessage.SealShare.class);
        messages.add(114, DiskMessage.PutShare.class);
        messages.add(115, DiskMessage.Sealed.class);
        messages.add(116, DiskMessage.ReadShare.class);
        messages.add(117, DiskMessage.ShareBytes.class);
        messages.add(118, DiskMessage.DiskRefusal.class);
        messages.add(130, DiskMessage.DiskHello.class);
        messages.add(120, DiskMessage.Welcome.class);
        messages.add(121, DiskMessage.ListShares.class);
        messages.add(122, DiskMessage.Shares.class);
        messages.add(123, DiskMessage.DeleteShares.class);
        messages.add(124, DiskMessage.Wipe.class);
        messages.add(125, DiskMessage.RebuildShare.class);
        messages.add(126, DiskMessage.Rebuilt.class);
        messages.add(127, DiskMessage.CheckShares.class);
        messages.add(128, DiskMessage.Checked.class);
        messages.add(129, DiskMessage.DiskAway.class);
        messages.add(131, DiskMessage.PresentDisk.class);
        messages.add(132, VolumeMessage.RegisterDisk.class);
        messages.add(133, VolumeMessage.WasDone.class);
        messages.add(150, DssMessage.Datagram.class);
        messages.add(151, DssMessage.Reply.class);
        messages.add(152, DssMessage.Stage.class);
        messages.add(153, DssMessage.SealStaged.class);
        messages.add(154, DssMessage.StagedSealed.class);
        messages.add(155, DssMessage.Expose.class);
        messages.add(156, DssMessage.Ready.class);
        messages.add(157, DssMessage.Pulse.class);
        messages.add(158, DssMessage.Heard.class);
        messages.add(159, DssMessage.Release.class);
        messages.add(160, DssMessage.Failed.class);
        messages.add(161, DssMessage.Working.class);
        messages.add(162, DssMessage.Recall.class);
        messages.add(163, DssMessage.Recalled.class);
    }
}
