namespace Matchbox.Appliance.Tests.Durability;

/// <summary>A file system of its own (tmpfs) at a folder, that can be filled. Skips its test with a reason where mounting is not allowed.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder)
    {
        _folder = folder;
    }

    private string Filler => Path.Combine(_folder, "filler");

    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var (code, text) = await RackNetwork.TryRunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", folder);
        Assert.SkipUnless(code == 0, $"no file system can be mounted here: {text}");
        return new SmallDisk(folder);
    }

    /// <summary>Takes all that is left, to the last page.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            Assert.Equal(0, new DriveInfo(_folder).AvailableFreeSpace);
        }
    }

    public void Empty() => File.Delete(Filler);

    // Lazily: the appliance may still have its files there.
    public async ValueTask DisposeAsync() => await RackNetwork.TryRunAsync("umount", "--lazy", _folder);
}
