using Matchbox.Protocols;

namespace Matchbox.Core.Files;

/// <summary>
/// Who asks for what by TFTP. <paramref name="Name"/> is a relative path with forward slashes, without <c>..</c> and control
/// characters; <paramref name="Local"/> is the address of ours that was asked.
/// </summary>
public readonly record struct TftpFileRequest(string Name, IPv4Address Source, IPv4Address Local);

/// <summary>Why a file is not given.</summary>
public enum TftpRefusal
{
    NotFound,

    /// <summary>It exists, but not for this client, or outside every root.</summary>
    Forbidden,

    /// <summary>A fault of ours: the disk or the store failed.</summary>
    Unavailable,
}

/// <summary>A file, or the reason why there is none. Who receives the file disposes it.</summary>
public readonly record struct TftpOpening(TftpFile? File, TftpRefusal Refusal)
{
    public static TftpOpening Opened(TftpFile file) => new(file, default);

    public static TftpOpening Refused(TftpRefusal refusal) => new(null, refusal);
}

/// <summary>Where TFTP finds its files. Called by many threads at once.</summary>
public interface ITftpContent
{
    /// <summary>Opens one file; never throws for anything that a client can cause.</summary>
    ValueTask<TftpOpening> OpenAsync(TftpFileRequest request, CancellationToken cancellationToken);
}

/// <summary>Files that are made for the client that asks, such as <c>grub/grub.cfg</c>; asked before any folder.</summary>
public interface IVirtualTftpFiles
{
    /// <summary>The file's octets, which nobody changes afterwards, or null: not one of mine, ask the next.</summary>
    ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(TftpFileRequest request, CancellationToken cancellationToken);
}

/// <summary>Hears of every finished transfer. Called on the transfer's own thread: returns at once, never throws.</summary>
public interface ITftpObserver
{
    /// <summary>The client has the whole file.</summary>
    void Completed(IPv4Address source, string name, long bytes, TimeSpan duration, long retransmissions);

    /// <summary>The client gave up, vanished or got an ERROR; <paramref name="reason"/> is for people.</summary>
    void Failed(IPv4Address source, string name, long bytes, TimeSpan duration, long retransmissions, string reason);
}
