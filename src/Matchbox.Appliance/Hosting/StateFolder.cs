using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Hosting;

/// <summary>
/// The folder that holds all state of one appliance, open in one process: a second one is refused. Carries a format version.
/// New folders are for the owner alone; a folder that was given to a group (0750) keeps that, its secrets stay the owner's.
/// </summary>
public sealed partial class StateFolder : IDisposable
{
    /// <summary>The newest layout of this folder that this version knows.</summary>
    public const int FormatVersion = 1;

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const UnixFileMode ForGroup = UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const uint OthersMask = 0b000_111_111;
    private const int KeyLength = 32;

    private readonly FileStream _lock;

    private StateFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
        Key = ReadOrMakeKey("boot.key");
    }

    public string Path { get; }

    /// <summary>A secret of this appliance alone.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    public string DatabasePath => System.IO.Path.Combine(Path, "appliance.db");

    public string LeasesPath => System.IO.Path.Combine(Path, "leases");

    public string SocketPath => SocketOf(Path);

    public static string SocketOf(string folder) => System.IO.Path.Combine(folder, "control.sock");

    /// <exception cref="StartException">Not writable, held by another process, or written by a newer version.</exception>
    public static StateFolder Open(string path)
    {
        try
        {
            // Whatever is made from now on, by the stores too, is the owner's alone.
            _ = SetFileModeMask(OthersMask);
            Directory.CreateDirectory(path, OwnerFolder);
            if ((File.GetUnixFileMode(path) & ~(OwnerFolder | ForGroup | UnixFileMode.SetGroup)) != 0)
            {
                File.SetUnixFileMode(path, OwnerFolder);
            }
            var held = Lock(path);
            try
            {
                CheckFormat(path);
                return new StateFolder(path, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new StartException($"the state folder {path} cannot be used: {failure.Message} (name another with --state-path or state-path:)", failure);
        }
    }

    public void Dispose()
    {
        // The lock file stays: removing it would let two processes lock two files of one name.
        _lock.Dispose();
    }

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, "lock");
        FileStream held;
        try
        {
            held = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerFile,
            });
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException) && File.Exists(file))
        {
            throw new StartException($"the state folder {path} is in use by another appliance{OwnerOf(path)}: stop it, or give this one another state-path", failure);
        }
        // In a file of its own: a locked one cannot be read by the next process.
        File.WriteAllText(PidFile(path), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        return held;
    }

    private static string OwnerOf(string path)
    {
        try
        {
            var text = File.ReadAllText(PidFile(path)).Trim();
            return text.Length > 0 && text.All(char.IsAsciiDigit) ? $" (process {text})" : "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string PidFile(string path) => System.IO.Path.Combine(path, "pid");

    private static void CheckFormat(string path)
    {
        var file = System.IO.Path.Combine(path, "format");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{FormatVersion}\n"));
            return;
        }
        var text = File.ReadAllText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var found))
        {
            throw new StartException($"{file} should hold a number, the format of the state, and holds '{text}'");
        }
        if (found > FormatVersion)
        {
            throw new StartException(string.Create(CultureInfo.InvariantCulture,
                $"the state in {path} has format {found}, and this version knows formats up to {FormatVersion}: start the newer version that wrote it, or name another state-path"));
        }
    }

    /// <summary>The 32 octets of a key of this folder; made at random at the first call, for the owner's eyes only.</summary>
    public byte[] ReadOrMakeKey(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (File.Exists(file) && File.ReadAllBytes(file) is { Length: KeyLength } key)
        {
            return key;
        }
        // Whole or not at all: written beside and renamed.
        key = RandomNumberGenerator.GetBytes(KeyLength);
        var beside = file + ".new";
        File.Delete(beside);
        using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
        {
            stream.Write(key);
            stream.Flush(flushToDisk: true);
        }
        File.Move(beside, file, overwrite: true);
        return key;
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetFileModeMask(uint mask);
}
