using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>Sub-option 6 of option 43, a bit set (PXE 2.1, table 2-1).</summary>
[Flags]
public enum PxeDiscoveryControl : byte
{
    None = 0,
    NoBroadcast = 1,
    NoMulticast = 2,
    OnlyListedServers = 4,

    /// <summary>Boot the file named in this offer: no menu, no discovery.</summary>
    BootOfferedFile = 8,
}

/// <summary>Servers of one type, an item of sub-option 8.</summary>
public sealed record PxeBootServers(ushort Type, ImmutableArray<IPv4Address> Addresses);

/// <summary>An item of sub-option 9; its type is looked up among the boot servers.</summary>
public sealed record PxeMenuItem(ushort Type, string Text);

/// <summary>Sub-option 10. Timeout 0: the first item at once; 255: wait for a key.</summary>
public sealed record PxeMenuPrompt(byte Timeout, string Text);

/// <summary>Sub-option 71: what the client chose, and what a boot server confirms.</summary>
public sealed record PxeBootItem(ushort Type, ushort Layer);

/// <summary>Option 43 between PXE clients and servers (PXE 2.1 §2.3). Immutable.</summary>
public sealed record PxeVendorOptions
{
    private const byte DiscoveryControlCode = 6;
    private const byte BootServersCode = 8;
    private const byte MenuCode = 9;
    private const byte PromptCode = 10;
    private const byte BootItemCode = 71;

    public PxeDiscoveryControl? DiscoveryControl { get; init; }

    public ImmutableArray<PxeBootServers> BootServers { get; init; } = [];

    public ImmutableArray<PxeMenuItem> Menu { get; init; } = [];

    public PxeMenuPrompt? Prompt { get; init; }

    public PxeBootItem? BootItem { get; init; }

    /// <summary>06 01 08 ff: boot the file of this offer. With option 60 the safe form of a combined server.</summary>
    public static PxeVendorOptions BootOfferedFile { get; } = new() { DiscoveryControl = PxeDiscoveryControl.BootOfferedFile };

    /// <summary>Reads what it knows and passes over the rest; false when a length runs past its field.</summary>
    public static bool TryParse(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out PxeVendorOptions? options)
    {
        options = null;
        var found = new PxeVendorOptions();
        var reader = new DhcpOptionReader(octets);
        while (reader.TryRead(out var code, out var value))
        {
            switch (code)
            {
                case DiscoveryControlCode when value.Length == 1:
                    found = found with { DiscoveryControl = (PxeDiscoveryControl)value[0] };
                    break;
                case BootServersCode when TryReadServers(value, out var servers):
                    found = found with { BootServers = servers };
                    break;
                case MenuCode when TryReadMenu(value, out var menu):
                    found = found with { Menu = menu };
                    break;
                case PromptCode when value.Length >= 1:
                    found = found with { Prompt = new PxeMenuPrompt(value[0], Encoding.UTF8.GetString(value[1..])) };
                    break;
                case BootItemCode when value.Length == 4:
                    found = found with
                    {
                        BootItem = new PxeBootItem(
                            BinaryPrimitives.ReadUInt16BigEndian(value), BinaryPrimitives.ReadUInt16BigEndian(value[2..])),
                    };
                    break;
                case DiscoveryControlCode or BootServersCode or MenuCode or PromptCode or BootItemCode:
                    return false;
            }
        }
        options = reader.Truncated ? null : found;
        return options is not null;
    }

    /// <summary>The value of option 43, with the end option that some parsers need.</summary>
    /// <exception cref="InvalidOperationException">A sub-option is longer than 255 octets.</exception>
    public byte[] ToArray()
    {
        var octets = new List<byte>();
        if (DiscoveryControl is { } control)
        {
            Add(octets, DiscoveryControlCode, [(byte)control]);
        }
        if (!BootServers.IsEmpty)
        {
            Add(octets, BootServersCode, [.. BootServers.SelectMany(Write)]);
        }
        if (!Menu.IsEmpty)
        {
            Add(octets, MenuCode, [.. Menu.SelectMany(Write)]);
        }
        if (Prompt is not null)
        {
            Add(octets, PromptCode, [Prompt.Timeout, .. Encoding.UTF8.GetBytes(Prompt.Text)]);
        }
        if (BootItem is not null)
        {
            Add(octets, BootItemCode, [.. Write(BootItem.Type), .. Write(BootItem.Layer)]);
        }
        octets.Add((byte)DhcpOptionCode.End);
        return [.. octets];
    }

    private static void Add(List<byte> octets, byte code, byte[] value)
    {
        if (value.Length > byte.MaxValue)
        {
            throw new InvalidOperationException($"sub-option {code} of option 43 has {value.Length} octets, 255 fit");
        }
        octets.Add(code);
        octets.Add((byte)value.Length);
        octets.AddRange(value);
    }

    private static byte[] Write(ushort number) => [(byte)(number >> 8), (byte)number];

    private static IEnumerable<byte> Write(PxeBootServers servers)
    {
        var value = new byte[3 + (servers.Addresses.Length * 4)];
        BinaryPrimitives.WriteUInt16BigEndian(value, servers.Type);
        value[2] = (byte)servers.Addresses.Length;
        for (var i = 0; i < servers.Addresses.Length; i++)
        {
            servers.Addresses[i].Write(value.AsSpan(3 + (i * 4)));
        }
        return value;
    }

    private static IEnumerable<byte> Write(PxeMenuItem item)
    {
        var text = Encoding.UTF8.GetBytes(item.Text);
        return text.Length <= byte.MaxValue
            ? [.. Write(item.Type), (byte)text.Length, .. text]
            : throw new InvalidOperationException($"a menu text has {text.Length} octets, 255 fit");
    }

    private static bool TryReadServers(ReadOnlySpan<byte> value, out ImmutableArray<PxeBootServers> servers)
    {
        var found = ImmutableArray.CreateBuilder<PxeBootServers>();
        while (value.Length >= 3 && value.Length >= 3 + (value[2] * 4))
        {
            var addresses = ImmutableArray.CreateBuilder<IPv4Address>(value[2]);
            for (var i = 0; i < value[2]; i++)
            {
                addresses.Add(IPv4Address.Read(value[(3 + (i * 4))..]));
            }
            found.Add(new PxeBootServers(BinaryPrimitives.ReadUInt16BigEndian(value), addresses.MoveToImmutable()));
            value = value[(3 + (value[2] * 4))..];
        }
        servers = found.ToImmutable();
        return value.IsEmpty;
    }

    private static bool TryReadMenu(ReadOnlySpan<byte> value, out ImmutableArray<PxeMenuItem> menu)
    {
        var found = ImmutableArray.CreateBuilder<PxeMenuItem>();
        while (value.Length >= 3 && value.Length >= 3 + value[2])
        {
            found.Add(new PxeMenuItem(BinaryPrimitives.ReadUInt16BigEndian(value), Encoding.UTF8.GetString(value.Slice(3, value[2]))));
            value = value[(3 + value[2])..];
        }
        menu = found.ToImmutable();
        return value.IsEmpty;
    }
}
