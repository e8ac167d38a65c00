using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>One option that settings may name.</summary>
public sealed record DhcpOptionDefinition(DhcpOptionCode Code, string Name, DhcpOptionType Type);

/// <summary>
/// Names, numbers and natural types of the DHCPv4 options, and the way from an operator's words to octets. Names are those of
/// <see cref="DhcpOptionCode"/> in kebab-case; case, hyphens and underscores do not matter. Thread-safe.
/// </summary>
public static class DhcpOptionCatalog
{
    /// <summary>Every named option, in order of number.</summary>
    public static IReadOnlyList<DhcpOptionDefinition> All { get; } =
    [
        .. Enum.GetValues<DhcpOptionCode>()
            .Where(code => code is not (DhcpOptionCode.Pad or DhcpOptionCode.End))
            .Select(code => new DhcpOptionDefinition(code, ToKebabCase(code.ToString()), NaturalType(code))),
    ];

    private static readonly FrozenDictionary<string, DhcpOptionDefinition> ByName = Index();

    private static readonly FrozenDictionary<DhcpOptionCode, DhcpOptionDefinition> ByCode = All.ToFrozenDictionary(option => option.Code);

    private static readonly FrozenDictionary<string, DhcpOptionType> Types =
        Enum.GetValues<DhcpOptionType>().ToFrozenDictionary(type => ToKey(type.ToString()));

    /// <summary>The name of a registered option, else its number.</summary>
    public static string NameOf(DhcpOptionCode code) =>
        ByCode.TryGetValue(code, out var option) ? option.Name : ((byte)code).ToString(CultureInfo.InvariantCulture);

    public static bool TryFind(string nameOrNumber, [NotNullWhen(true)] out DhcpOptionDefinition? option) =>
        byte.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ByCode.TryGetValue((DhcpOptionCode)number, out option)
            : ByName.TryGetValue(ToKey(nameOrNumber), out option);

    /// <summary>
    /// Turns one setting into an option: its name or number, a type (null: the natural one) and its values. False gives an error
    /// that says what is wrong and how to mend it. Options that the server itself answers for are refused.
    /// </summary>
    public static bool TryEncode(
        string nameOrNumber, string? type, IReadOnlyList<string> values, out byte code, out byte[] value, out string error)
    {
        ArgumentNullException.ThrowIfNull(nameOrNumber);
        ArgumentNullException.ThrowIfNull(values);
        value = [];
        if (!TryReadCode(nameOrNumber, out code, out error))
        {
            return false;
        }
        var name = NameOf((DhcpOptionCode)code);
        if (WhyReserved((DhcpOptionCode)code) is { } reason)
        {
            error = $"option {name} cannot be set: {reason}";
            return false;
        }
        if (!TryReadType(code, name, type, out var valueType, out error))
        {
            return false;
        }
        if (!DhcpOptionEncoder.TryEncode(valueType, values, out value, out error))
        {
            error = $"option {name}: {error}";
            return false;
        }
        return true;
    }

    /// <summary>Why settings may not give this option; null where they may.</summary>
    public static string? WhyReserved(DhcpOptionCode code) => code switch
    {
        DhcpOptionCode.Pad or DhcpOptionCode.End => "it has no value, it shapes the packet",
        DhcpOptionCode.RequestedAddress => "only clients send it; reserve an address for the machine instead",
        DhcpOptionCode.LeaseTime => "the lease time of the subnet decides it",
        DhcpOptionCode.Overload => "replies never put options into sname and file, which boot ROMs read as text",
        DhcpOptionCode.MessageType => "it is the kind of the message",
        DhcpOptionCode.ServerIdentifier => "it is the address that the subnet advertises",
        DhcpOptionCode.ParameterRequestList or DhcpOptionCode.MaxMessageSize => "only clients send it",
        DhcpOptionCode.VendorClass => "it marks an offer as PXE or HTTP boot, which the boot decision of each machine says",
        DhcpOptionCode.ClientId => "it is sent back as the client sent it (RFC 6842)",
        DhcpOptionCode.RelayAgentInformation => "it is sent back as the relay sent it (RFC 3046)",
        _ => null,
    };

    private static bool TryReadCode(string nameOrNumber, out byte code, out string error)
    {
        error = "";
        if (byte.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out code))
        {
            return true;
        }
        if (ByName.TryGetValue(ToKey(nameOrNumber), out var option))
        {
            code = (byte)option.Code;
            return true;
        }
        error = nameOrNumber.Length > 0 && nameOrNumber.All(char.IsAsciiDigit)
            ? $"there is no option {nameOrNumber}: numbers go from 1 to 254"
            : $"there is no option '{nameOrNumber}'{Suggest(ToKey(nameOrNumber), ByName.Values.Select(found => found.Name))}; "
                + "any number from 1 to 254 is understood too";
        return false;
    }

    private static bool TryReadType(byte code, string name, string? type, out DhcpOptionType result, out string error)
    {
        error = "";
        result = DhcpOptionType.Hex;
        if (type is null)
        {
            if (ByCode.TryGetValue((DhcpOptionCode)code, out var option))
            {
                result = option.Type;
                return true;
            }
            error = $"option {name} has no registered meaning, so its type must be said: {TypeNames()}";
            return false;
        }
        if (Types.TryGetValue(ToKey(type), out result))
        {
            return true;
        }
        error = $"option {name}: there is no type '{type}'{Suggest(ToKey(type), TypeList())}; types are {TypeNames()}";
        return false;
    }

    private static IEnumerable<string> TypeList() => Enum.GetNames<DhcpOptionType>().Select(ToKebabCase);

    private static string TypeNames() => string.Join(", ", TypeList());

    private static string Suggest(string key, IEnumerable<string> names)
    {
        var nearest = names.Distinct().MinBy(name => (Distance(key, ToKey(name)), name));
        return nearest is not null && Distance(key, ToKey(nearest)) <= Math.Max(2, key.Length / 3) ? $", did you mean '{nearest}'?" : "";
    }

    /// <summary>Insertions, removals and replacements between two words (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    private static FrozenDictionary<string, DhcpOptionDefinition> Index()
    {
        var index = All.ToDictionary(option => ToKey(option.Name));
        // What dhcpd, Kea and dnsmasq call them, and what people say.
        (string Name, DhcpOptionCode Code)[] aliases =
        [
            ("netmask", DhcpOptionCode.SubnetMask), ("routers", DhcpOptionCode.Router), ("gateway", DhcpOptionCode.Router),
            ("dns", DhcpOptionCode.DomainNameServers), ("dns-server", DhcpOptionCode.DomainNameServers),
            ("dns-servers", DhcpOptionCode.DomainNameServers), ("ien116-name-servers", DhcpOptionCode.NameServers),
            ("boot-size", DhcpOptionCode.BootFileSize), ("domain", DhcpOptionCode.DomainName), ("mtu", DhcpOptionCode.InterfaceMtu),
            ("ntp", DhcpOptionCode.NtpServers), ("ntp-server", DhcpOptionCode.NtpServers),
            ("vendor-encapsulated-options", DhcpOptionCode.VendorSpecificInformation),
            ("dhcp-renewal-time", DhcpOptionCode.RenewalTime), ("dhcp-rebinding-time", DhcpOptionCode.RebindingTime),
            ("vendor-class-identifier", DhcpOptionCode.VendorClass), ("tftp-server", DhcpOptionCode.TftpServerName),
            ("bootfile", DhcpOptionCode.BootFileName),
            ("pcode", DhcpOptionCode.PosixTimeZone), ("tcode", DhcpOptionCode.TzdbTimeZone), ("v4-captive-portal", DhcpOptionCode.CaptivePortal),
            ("search", DhcpOptionCode.DomainSearch), ("classless-routes", DhcpOptionCode.ClasslessStaticRoutes),
            ("classless-static-route", DhcpOptionCode.ClasslessStaticRoutes), ("wpad", DhcpOptionCode.WebProxyAutoDiscovery),
            ("config-file", DhcpOptionCode.PxelinuxConfigFile), ("path-prefix", DhcpOptionCode.PxelinuxPathPrefix),
        ];
        foreach (var (name, code) in aliases)
        {
            index.Add(ToKey(name), All.First(option => option.Code == code));
        }
        return index.ToFrozenDictionary();
    }

    private static string ToKey(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string ToKebabCase(string name)
    {
        name = name.Replace("IPv", "Ipv", StringComparison.Ordinal);
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var begins = char.IsAsciiLetterUpper(name[i])
                && (i > 0 && !char.IsAsciiLetterUpper(name[i - 1]) || i > 0 && i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1]));
            text.Append(begins ? "-" : "").Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    private static DhcpOptionType NaturalType(DhcpOptionCode code) => code switch
    {
        DhcpOptionCode.SubnetMask or DhcpOptionCode.SwapServer or DhcpOptionCode.BroadcastAddress
            or DhcpOptionCode.RouterSolicitationAddress or DhcpOptionCode.RequestedAddress or DhcpOptionCode.ServerIdentifier
            or DhcpOptionCode.SubnetSelection or DhcpOptionCode.NetinfoAddress => DhcpOptionType.Address,

        DhcpOptionCode.Router or (>= DhcpOptionCode.TimeServers and <= DhcpOptionCode.ResourceLocationServers)
            or DhcpOptionCode.NisServers or DhcpOptionCode.NtpServers or DhcpOptionCode.NetbiosNameServers
            or DhcpOptionCode.NetbiosDatagramServers or DhcpOptionCode.XFontServers or DhcpOptionCode.XDisplayManagers
            or DhcpOptionCode.NisPlusServers or (>= DhcpOptionCode.MobileIPHomeAgents and <= DhcpOptionCode.StreetTalkDirectoryServers)
            or DhcpOptionCode.NdsServers or DhcpOptionCode.BcmcsAddresses or DhcpOptionCode.AssociatedAddresses
            or DhcpOptionCode.PanaAgents or DhcpOptionCode.CapwapAccessControllers
            or DhcpOptionCode.AndsfAddresses or DhcpOptionCode.TftpServerAddresses => DhcpOptionType.AddressList,

        DhcpOptionCode.PolicyFilter or DhcpOptionCode.StaticRoutes => DhcpOptionType.AddressPairs,

        DhcpOptionCode.HostName or DhcpOptionCode.MeritDumpFile or DhcpOptionCode.DomainName or DhcpOptionCode.RootPath
            or DhcpOptionCode.ExtensionsPath or DhcpOptionCode.NisDomain or DhcpOptionCode.NetbiosScope or DhcpOptionCode.Message
            or DhcpOptionCode.VendorClass or DhcpOptionCode.NetWareDomain or DhcpOptionCode.NisPlusDomain
            or DhcpOptionCode.TftpServerName or DhcpOptionCode.BootFileName or DhcpOptionCode.NdsTreeName or DhcpOptionCode.NdsContext
            or DhcpOptionCode.Ldap or DhcpOptionCode.UserAuthentication or DhcpOptionCode.PosixTimeZone or DhcpOptionCode.TzdbTimeZone
            or DhcpOptionCode.NetinfoTag or DhcpOptionCode.CaptivePortal or DhcpOptionCode.MudUrl
            or DhcpOptionCode.PxelinuxConfigFile or DhcpOptionCode.PxelinuxPathPrefix
            or DhcpOptionCode.WebProxyAutoDiscovery => DhcpOptionType.Text,

        DhcpOptionCode.UserClass => DhcpOptionType.TextList,

        DhcpOptionCode.IPForwarding or DhcpOptionCode.NonLocalSourceRouting or DhcpOptionCode.AllSubnetsLocal
            or (>= DhcpOptionCode.PerformMaskDiscovery and <= DhcpOptionCode.PerformRouterDiscovery)
            or DhcpOptionCode.TrailerEncapsulation or DhcpOptionCode.EthernetEncapsulation or DhcpOptionCode.TcpKeepaliveGarbage
            or DhcpOptionCode.AutoConfigure => DhcpOptionType.Bool,

        DhcpOptionCode.DefaultIPTtl or DhcpOptionCode.TcpDefaultTtl or DhcpOptionCode.NetbiosNodeType
            or DhcpOptionCode.Overload or DhcpOptionCode.MessageType => DhcpOptionType.U8,
        DhcpOptionCode.BootFileSize or DhcpOptionCode.MaxDatagramReassembly or DhcpOptionCode.InterfaceMtu
            or DhcpOptionCode.MaxMessageSize => DhcpOptionType.U16,
        DhcpOptionCode.PathMtuPlateauTable or DhcpOptionCode.ClientArchitecture
            or DhcpOptionCode.NameServiceSearch => DhcpOptionType.U16List,
        DhcpOptionCode.PathMtuAgingTimeout or DhcpOptionCode.ArpCacheTimeout or DhcpOptionCode.TcpKeepaliveInterval
            or DhcpOptionCode.LeaseTime or DhcpOptionCode.RenewalTime or DhcpOptionCode.RebindingTime
            or DhcpOptionCode.IPv6OnlyPreferred or DhcpOptionCode.PxelinuxRebootTime => DhcpOptionType.U32,
        DhcpOptionCode.TimeOffset => DhcpOptionType.I32,
        DhcpOptionCode.BcmcsDomains or DhcpOptionCode.DomainSearch or DhcpOptionCode.SipUserAgentDomains
            or DhcpOptionCode.AccessDomain => DhcpOptionType.DomainList,
        DhcpOptionCode.ClasslessStaticRoutes => DhcpOptionType.ClasslessRoutes,
        _ => DhcpOptionType.Hex,
    };
}
