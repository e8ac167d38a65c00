using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases.Import;

/// <summary>
/// ISC dhcpd: <c>lease ADDRESS { statement; ... }</c>, appended for each change. Statements that say nothing about an address
/// (sets, events, failover peers, DHCPv6) are passed over with their nested braces.
/// </summary>
internal static class IscLeaseFile
{
    public static void Read(ImportLines lines, LeaseImport.ImportedLeases found)
    {
        while (lines.Next() is { } line)
        {
            var words = Words(line);
            if (words is ["lease", var name, "{"])
            {
                ReadLease(lines, found, name);
            }
            else if (words.Count > 0 && words[^1] == "{")
            {
                Skip(lines, found, line);
            }
        }
    }

    private static void ReadLease(ImportLines lines, LeaseImport.ImportedLeases found, string name)
    {
        var start = lines.Number;
        var state = LeaseState.Bound;
        var ends = DateTimeOffset.MaxValue;
        HardwareAddress hardware = default;
        ImmutableArray<byte> uid = [];
        var hostName = "";
        while (lines.Next() is { } line)
        {
            var words = Words(line);
            switch (words)
            {
                case ["}"]:
                    if (!IPv4Address.TryParse(name, out var address))
                    {
                        found.Fault(start, $"'{name}' is no IPv4 address");
                        return;
                    }
                    found.Add(address, state, hardware, uid, ends, hostName);
                    return;
                case ["ends", .. var time] when !TryTime(time, out ends):
                    found.Fault(lines.Number, $"'{line.Trim()}' is no time");
                    Skip(lines, found, "{");
                    return;
                case ["hardware", _, var octets] when !ImportText.TryHardware(octets, out hardware):
                    found.Fault(lines.Number, $"'{octets}' is no hardware address");
                    Skip(lines, found, "{");
                    return;
                case ["uid", var value]:
                    uid = Uid(value);
                    break;
                case ["client-hostname", var value]:
                    hostName = value.Trim('"');
                    break;
                case ["binding", "state", var value]:
                    state = value switch
                    {
                        "active" => LeaseState.Bound,
                        "abandoned" => LeaseState.Declined,
                        _ => LeaseState.Released,                // free, expired, released, reset, backup
                    };
                    break;
                case [.., "{"]:
                    Skip(lines, found, line);
                    break;
            }
        }
        found.Fault(start, "the lease has no end");
    }

    /// <summary>Passes over a block whose opening brace was read.</summary>
    private static void Skip(ImportLines lines, LeaseImport.ImportedLeases found, string opening)
    {
        var start = lines.Number;
        var depth = Words(opening).Sum(Depth);
        while (depth > 0)
        {
            if (lines.Next() is not { } line)
            {
                found.Fault(start, "the block has no end");
                return;
            }
            depth += Words(line).Sum(Depth);
        }

        static int Depth(string word) => word switch { "{" => 1, "}" => -1, _ => 0 };
    }

    /// <summary>Words of one line; a quoted string is one word with its quotes; comments and semicolons are gone.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (quoted && character == '\\' && i + 1 < line.Length)
            {
                word.Append(character).Append(line[++i]);
                continue;
            }
            quoted ^= character == '"';
            if (!quoted && character == '#')
            {
                break;
            }
            if (!quoted && (char.IsWhiteSpace(character) || character is ';' or '{' or '}'))
            {
                End();
                if (character is '{' or '}')
                {
                    words.Add(character.ToString());
                }
                continue;
            }
            word.Append(character);
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary><c>never</c>, <c>epoch SECONDS</c>, or <c>WEEKDAY YYYY/MM/DD HH:MM:SS</c> in UTC (dhcpd.leases(5)).</summary>
    private static bool TryTime(List<string> words, out DateTimeOffset time)
    {
        time = DateTimeOffset.MaxValue;
        switch (words)
        {
            case ["never"]:
                return true;
            case ["epoch", var seconds] when long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
                time = ImportText.Epoch(count);
                return true;
            case [_, var date, var clock]:
                return DateTimeOffset.TryParseExact(
                    $"{date} {clock}", "yyyy/M/d H:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
            default:
                return false;
        }
    }

    /// <summary>Octets with colons, or a string in which <c>\ooo</c> is an octet in octal.</summary>
    private static ImmutableArray<byte> Uid(string text)
    {
        if (text[0] != '"')
        {
            return ImportText.TryOctets(text, out var octets) ? octets : [];
        }
        var bytes = ImmutableArray.CreateBuilder<byte>();
        var inner = text.AsSpan(1, Math.Max(0, text.Length - 2));
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] != '\\')
            {
                bytes.Add((byte)inner[i]);
            }
            else if (i + 3 < inner.Length && inner.Slice(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                bytes.Add((byte)(((inner[i + 1] - '0') << 6) | ((inner[i + 2] - '0') << 3) | (inner[i + 3] - '0')));
                i += 3;
            }
            else if (i + 1 < inner.Length)
            {
                bytes.Add((byte)inner[++i]);
            }
        }
        return bytes.DrainToImmutable();
    }
}
