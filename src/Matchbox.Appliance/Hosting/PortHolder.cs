using System.Globalization;
using System.Net.Sockets;

namespace Matchbox.Appliance.Hosting;

/// <summary>Names the process that holds a port of this network namespace: /proc/net/{udp,tcp} has the socket, /proc/PID/fd its owner.</summary>
public static class PortHolder
{
    private const string ListeningState = "0A";

    /// <summary>Such as <c>dnsmasq (process 812)</c>; null when nobody holds it or it cannot be seen.</summary>
    public static string? Describe(ProtocolType protocol, int port)
    {
        var name = protocol == ProtocolType.Udp ? "udp" : "tcp";
        var inodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in (string[])[$"/proc/net/{name}", $"/proc/net/{name}6"])
        {
            if (File.Exists(table))
            {
                inodes.UnionWith(SocketsOn(File.ReadLines(table), port, protocol == ProtocolType.Tcp));
            }
        }
        if (inodes.Count == 0)
        {
            return null;
        }
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Holds(process, inodes))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{NameOf(process)} (process {pid})");
            }
        }
        return "a process that only root can see";
    }

    /// <summary>Inodes of the sockets bound to a port, from the lines of a kernel table (proc(5)).</summary>
    internal static IEnumerable<string> SocketsOn(IEnumerable<string> lines, int port, bool listening)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        foreach (var line in lines.Skip(1))
        {
            // sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout inode
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && (!listening || fields[3] == ListeningState))
            {
                yield return fields[9];
            }
        }
    }

    private static bool Holds(string process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"{process}/fd").Any(fd =>
                new FileInfo(fd).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal) && inodes.Contains(target[8..^1]));
        }
        catch (Exception unseen) when (unseen is UnauthorizedAccessException or IOException)
        {
            // Another user's process, or one that has just ended.
            return false;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "a process";
        }
    }
}
