using System.Collections.Concurrent;
using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>What machines load in their present boots. In memory; bounded: the last files of a boot, and so many machines. Thread-safe.</summary>
public sealed class BootDownloads(BootSessions sessions, TimeProvider clock)
{
    private const int FilesOfBoot = 16;
    private const int Machines = 8_192;

    private readonly ConcurrentDictionary<HardwareAddress, Boot> _boots = new();

    /// <summary>A file is asked for; null: not by a machine in a boot of ours.</summary>
    /// <param name="source">Who asks.</param>
    /// <param name="file">Its path on the boot listener; escaped here.</param>
    /// <param name="total">Octets that will be sent.</param>
    public BootDownload? Begin(IPv4Address source, string file, long total)
    {
        if (sessions.OwnerOf(source) is not { } mac || sessions.Present(mac) is not { } session)
        {
            return null;
        }
        if (_boots.Count >= Machines && !_boots.ContainsKey(mac))
        {
            // Who has not loaded anything for longest has booted: all of this is only a picture of now.
            foreach (var (old, _) in _boots.OrderBy(boot => boot.Value.At).Take(Machines / 8).ToArray())
            {
                _boots.TryRemove(old, out _);
            }
        }
        var download = new BootDownload(ClientText.Escape(file), total, clock);
        _boots.AddOrUpdate(mac,
            _ => new Boot(session.Nonce, [download], clock.GetTimestamp()),
            (_, boot) => boot.Nonce != session.Nonce
                ? new Boot(session.Nonce, [download], clock.GetTimestamp())
                : new Boot(boot.Nonce, boot.Files.Length < FilesOfBoot ? boot.Files.Add(download) : boot.Files.RemoveAt(0).Add(download), clock.GetTimestamp()));
        return download;
    }

    /// <summary>What the machine loads, or has loaded, in its present boot; the first first.</summary>
    public ImmutableArray<DownloadProgress> Of(HardwareAddress mac) =>
        _boots.TryGetValue(mac, out var boot) && sessions.Present(mac) is { } session && session.Nonce == boot.Nonce ? [.. boot.Files.Select(file => file.Now())] : [];

    private sealed record Boot(string Nonce, ImmutableArray<BootDownload> Files, long At);
}
