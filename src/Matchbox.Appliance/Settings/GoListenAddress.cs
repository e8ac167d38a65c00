using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Matchbox.Appliance.Settings;

/// <summary>An address to listen on as Go's <c>net.Listen("tcp", …)</c> takes it: <c>host:port</c>, <c>:port</c>, a host by its name.</summary>
internal static class GoListenAddress
{
    /// <param name="text">As it was written.</param>
    /// <param name="surroundings">Who knows host names; null: only <c>localhost</c> is known.</param>
    /// <param name="addresses">One, or for all addresses of the machine two: Go then listens by IPv4 and IPv6.</param>
    /// <param name="error">What is wrong, in Go's words.</param>
    public static bool TryParse(
        string text, ISurroundings? surroundings, out ImmutableArray<IPEndPoint> addresses, [NotNullWhen(false)] out string? error)
    {
        addresses = [];
        if (!TrySplit(text, out var host, out var portText, out var fault))
        {
            error = $"listen tcp: address {text}: {fault}";
            return false;
        }
        if (!TryParsePort(portText, out var port))
        {
            error = int.TryParse(portText, CultureInfo.InvariantCulture, out _) ? $"listen tcp: address {portText}: invalid port" : $"listen tcp: lookup tcp/{portText}: unknown port";
            return false;
        }
        if (AddressOf(host, surroundings) is not { } address)
        {
            error = $"listen tcp: lookup {host}: no such host";
            return false;
        }
        error = null;
        // A port that the kernel chooses would be another one for each family.
        addresses = IsAny(address) && port != 0 && surroundings is { HasIPv6: true }
            ? [new IPEndPoint(IPAddress.Any, port), new IPEndPoint(IPAddress.IPv6Any, port)]
            : [new IPEndPoint(address, port)];
        return true;
    }

    // net.SplitHostPort: brackets around the host when it holds colons.
    private static bool TrySplit(string text, out string host, out string port, [NotNullWhen(false)] out string? fault)
    {
        var colon = text.LastIndexOf(':');
        (host, port) = colon < 0 ? ("", "") : (text[..colon], text[(colon + 1)..]);
        if (host is ['[', .. var inner, ']'] && !inner.Contains(']', StringComparison.Ordinal))
        {
            host = inner;
            fault = null;
            return true;
        }
        fault = colon < 0 || text.EndsWith(']') ? "missing port in address" : host.Contains(':', StringComparison.Ordinal) ? "too many colons in address" : null;
        return fault is null;
    }

    private static bool TryParsePort(string text, out ushort port)
    {
        port = text switch
        {
            "http" => 80,
            "https" => 443,
            _ => 0,
        };
        // Go takes "host:" for any port.
        return port != 0 || text.Length == 0 || ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
    }

    private static IPAddress? AddressOf(string host, ISurroundings? surroundings)
    {
        if (host.Length == 0)
        {
            return IPAddress.Any;
        }
        if (Protocols.IPv4Address.TryParse(host, out _) || host.Contains(':', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(host, out var literal) ? literal : null;
        }
        if (host == "localhost")
        {
            return IPAddress.Loopback;
        }
        // Go takes an IPv4 address of a name before any other.
        var known = surroundings?.Resolve(host) ?? [];
        return known.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? (known.Count > 0 ? known[0] : null);
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
