using Matchbox.Core.Leases;
using Matchbox.Storage.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Storage.Tests.Leases;

/// <summary>The contract on a real disk, and what belongs to files.</summary>
public sealed class JournalLeaseStoreTests : LeaseStoreContract, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leases-");

    private string Place => Path.Combine(_directory.FullName, "journal");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Files_are_for_the_owner_only()
    {
        Use(store => store.Append([Sample.Lease(1)]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Place));
        Assert.Equal(3, Directory.GetFiles(Place).Length);
        Assert.All(Directory.GetFiles(Place), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Two_never_share_a_journal()
    {
        using var first = (JournalLeaseStore)Open();
        Assert.Contains("in use by another process", Assert.Throws<IOException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fifty_thousand_leases_grow_the_files_and_come_back()
    {
        var revision = 0L;
        Use(store =>
        {
            for (var batch = 0; batch < 100; batch++)
            {
                store.Append(Enumerable.Range(batch * 500, 500).Select(n => Sample.Lease(n, ++revision)).ToArray());
            }
        });
        Use(store => Assert.Equal(50_000, store.Load().Count));
        Assert.All(["leases.0", "leases.1"], name => Assert.True(new FileInfo(Path.Combine(Place, name)).Length <= 64 * 1024 * 1024));
    }

    [Fact]
    public void A_device_without_space_is_told_from_other_failures()
    {
        Directory.CreateDirectory(Place);
        File.CreateSymbolicLink(Path.Combine(Place, "leases.0"), "/dev/full");
        Assert.Throws<DiskFullException>(Open);
    }

    protected override ILeaseStore Open() => new JournalLeaseStore(Place, NullLogger<JournalLeaseStore>.Instance);
}

/// <summary>The contract once more on the forgetful disk, with files so small that they change places all the time.</summary>
public sealed class SmallJournalTests : LeaseStoreContract
{
    private ForgetfulFiles _files = new();

    protected override ILeaseStore Open()
    {
        _files = _files.AfterPowerLoss(() => false);
        return ForgetfulJournal.Open(_files, fileSize: 32 * 1024);
    }
}

internal static class ForgetfulJournal
{
    public static JournalLeaseStore Open(ForgetfulFiles files, long fileSize = 12 * 1024, Func<Action, Task>? background = null) =>
        new(files, NullLogger<JournalLeaseStore>.Instance, fileSize, background ?? AtOnce);

    public static Task AtOnce(Action work)
    {
        try
        {
            work();
            return Task.CompletedTask;
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
    }
}
