using System.Collections.Frozen;
using System.Globalization;
using Matchbox.Protocols;

namespace Matchbox.Core.Machines.Vendors;

/// <summary>
/// Who made a network card, as far as its address tells: by the first three octets (OUI) in <c>vendors.txt</c>, which names its source. For
/// people to read; nothing is decided by it. Thread-safe.
/// </summary>
public static class MacVendors
{
    private const string Resource = "Matchbox.Core.Machines.Vendors.vendors.txt";

    // The prefix that QEMU and KVM take of those that anybody may take.
    private const int Qemu = 0x525400;

    private static readonly Lazy<FrozenDictionary<int, string>> ByPrefix = new(Read);

    /// <summary>Such as <c>Supermicro</c>, or <c>locally administered</c> where no maker assigned the address; null: not in the table.</summary>
    public static string? Of(HardwareAddress mac)
    {
        if (!mac.IsEthernet)
        {
            return null;
        }
        Span<byte> octets = stackalloc byte[HardwareAddress.MaxLength];
        mac.Write(octets);
        var prefix = octets[0] << 16 | octets[1] << 8 | octets[2];
        return prefix == Qemu ? "QEMU/KVM (locally administered)"
            : (octets[0] & 2) != 0 ? "locally administered"
            : ByPrefix.Value.GetValueOrDefault(prefix);
    }

    private static FrozenDictionary<int, string> Read()
    {
        using var reader = new StreamReader(typeof(MacVendors).Assembly.GetManifestResourceStream(Resource)!);
        var vendors = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            foreach (var prefix in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                vendors[int.Parse(prefix, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)] = line[..colon];
            }
        }
        return vendors.ToFrozenDictionary();
    }
}
