using System.Net;
using System.Net.Sockets;

namespace Matchbox.Appliance.Settings;

/// <summary>What settings name outside themselves: files that must be there, names that stand for addresses.</summary>
internal interface ISurroundings
{
    /// <summary>Why nothing is at a path, in the kernel's words; null when something is.</summary>
    string? Stat(string path);

    bool IsFolder(string path);

    /// <summary>The addresses of a host name; none when it has none.</summary>
    IReadOnlyList<IPAddress> Resolve(string host);

    /// <summary>Can we listen by IPv6 at all.</summary>
    bool HasIPv6 { get; }
}

/// <summary>Those of this machine.</summary>
internal sealed class ThisMachine : ISurroundings
{
    public static readonly ThisMachine Instance = new();

    public bool HasIPv6 => Socket.OSSupportsIPv6;

    public string? Stat(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return null;
        }
        catch (Exception failure) when (SystemFault.Is(failure))
        {
            return SystemFault.ReasonOf(failure, path);
        }
    }

    public bool IsFolder(string path) => Directory.Exists(path);

    public IReadOnlyList<IPAddress> Resolve(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            return [];
        }
    }
}
