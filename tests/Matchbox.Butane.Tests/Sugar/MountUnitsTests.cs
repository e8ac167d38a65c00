using System.Diagnostics;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Sugar;
using Record = Matchbox.Butane.Schema.Record;

namespace Matchbox.Butane.Tests.Sugar;

public sealed class MountUnitsTests
{
    [Theory]
    [InlineData("/dev/mapper/data", true)]
    [InlineData("/dev/disk/by-id/dm-name-data", true)]
    [InlineData("/dev/mapper/local", false)]
    [InlineData("/dev/mapper/dat", false)]
    public void What_a_server_in_the_network_unlocks_waits_for_the_network(string device, bool isRemote)
    {
        var storage = new Record(StorageSection.Type);
        storage.Add(StorageSection.Luks, Volume("local"));
        storage.Add(StorageSection.Luks, Volume("data"));
        storage.List(StorageSection.Luks)[1].Open(LuksVolume.Clevis).Add(ClevisSection.Tang, new Record(TangServer.Type));
        storage.Add(StorageSection.Filesystems, Mounted(device));

        var unit = Assert.Single(Rendered(storage));

        Assert.Equal(isRemote, unit.Text(Unit.Contents)!.Contains("Options=_netdev\n\n[Install]\nRequiredBy=remote-fs.target", StringComparison.Ordinal));
    }

    // Minutes, if each filesystem were compared with each volume.
    [Fact]
    public void Many_filesystems_on_many_volumes_take_linear_time()
    {
        const int count = 50_000;
        var storage = new Record(StorageSection.Type);
        for (var i = 0; i < count; i++)
        {
            storage.Add(StorageSection.Luks, Volume($"volume{i}"));
            storage.Add(StorageSection.Filesystems, Mounted($"/dev/disk{i}"));
        }
        var clock = Stopwatch.StartNew();

        Assert.Equal(count, Rendered(storage).Count);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static IReadOnlyList<Record> Rendered(Record storage) =>
        MountUnits.Render(new Record(Config.Type).Set(Config.Storage, storage), ignition: 4)!.Struct(Config.Systemd)!.List(SystemdSection.Units);

    private static Record Mounted(string device) => new Record(Filesystem.Type)
        .Set(Filesystem.Device, device)
        .Set(Filesystem.Path, "/var/data")
        .Set(Filesystem.Format, "ext4")
        .Set(Filesystem.WithMountUnit, true);

    private static Record Volume(string name) => new Record(LuksVolume.Type).Set(LuksVolume.Name, name);
}
