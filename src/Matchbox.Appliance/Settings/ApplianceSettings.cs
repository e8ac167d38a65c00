using System.Collections.Immutable;
using System.Net;
using Matchbox.Core.Boot;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Appliance.Settings;

/// <summary>
/// All settings of one appliance at one moment: immutable and valid as a whole. A reload reads another value and swaps it.
/// </summary>
public sealed record ApplianceSettings
{
    /// <summary>Where state goes when nothing else is said and the folder can be written.</summary>
    public const string DefaultStatePath = "/var/lib/matchbox-state";

    /// <summary>Where groups, profiles and configs are declared when nothing else is said: upstream's place.</summary>
    public const string DefaultDataPath = "/var/lib/matchbox";

    /// <summary>Where poseidon/matchbox looks for assets when nothing else is said.</summary>
    public const string DefaultAssetsPath = $"{DefaultDataPath}/assets";

    /// <summary>Null: <see cref="DefaultStatePath"/>, or a folder of the user who may not write there.</summary>
    public string? StatePath { get; init; }

    public string DataPath { get; init; } = DefaultDataPath;

    /// <summary>Rules whose hints on declared profiles and configs are not told.</summary>
    public ImmutableArray<string> HintsOff { get; init; } = [];

    /// <summary>Kernels, initrds and images. Null: nothing is served under <c>/assets/</c>, by HTTP or TFTP.</summary>
    public string? AssetsPath { get; init; } = DefaultAssetsPath;

    /// <summary>Null: <c>loaders/</c> beside the executable, else <c>assets/loaders</c> of the source tree.</summary>
    public string? LoadersPath { get; init; }

    public CompatibilityMode Compatibility { get; init; }

    /// <summary>Where gRPC and REST write groups, profiles and configs.</summary>
    public CatalogTarget WriteTo { get; init; }

    /// <summary>The OpenPGP secret key ring that signs what machines fetch; its pass phrase comes from <see cref="SettingsOverrides.PassphraseVariable"/>. Null: no signatures.</summary>
    public string? KeyRingPath { get; init; }

    /// <summary>A file with the master key of secrets, outside of the state folder. Null: see <see cref="Hosting.MasterKeySource"/>.</summary>
    public string? SecretsKeyFile { get; init; }

    /// <summary>Networks of private ranges that webhooks may call; others are refused.</summary>
    public ImmutableArray<IPNetwork> OutboundAllow { get; init; } = [];

    public LogSettings Log { get; init; } = new();

    public BootSettings Boot { get; init; } = new();

    public GrpcSettings Grpc { get; init; } = new();

    public AdminSettings Admin { get; init; } = new();

    public TftpListenerSettings Tftp { get; init; } = new();

    public DhcpListenerSettings Dhcp { get; init; } = new();

    public ImmutableArray<Subnet> Subnets { get; init; } = [];

    public ImmutableArray<DeclaredMachine> Machines { get; init; } = [];

    /// <summary>Each of these values, and who said it.</summary>
    public ImmutableArray<SettingsLine> Lines { get; init; } = [];

    /// <summary>Is there a network on which we may answer DHCP.</summary>
    public bool AnswersDhcp => Subnets.Any(subnet => subnet.Mode != SubnetMode.Off);

    /// <summary>
    /// Reads settings from YAML text, <c>MATCHBOX_*</c> variables and flags (by path, such as <c>boot.listen</c>, or by the name
    /// that poseidon/matchbox has for it, such as <c>address</c>; a flag wins over a variable, a variable over the file). Pure:
    /// nothing of the machine is looked at.
    /// </summary>
    public static SettingsReading Read(
        string yaml, string file, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> flags) =>
        Read(yaml, file, environment, flags, surroundings: null);

    /// <summary>The same, and what the settings name outside themselves is looked up, if somebody is there to ask.</summary>
    internal static SettingsReading Read(
        string yaml,
        string file,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> flags,
        ISurroundings? surroundings)
    {
        var faults = new List<SettingsFault>();
        var notes = new List<SettingsFault>();
        var root = SettingsDocument.Parse(yaml, file, faults);
        if (faults.Count > 0)
        {
            return new SettingsReading(null, faults, notes);
        }
        root = SettingsOverrides.Apply(root, environment, flags, surroundings, faults, notes);
        var ledger = new SettingsLedger();
        var section = new SettingsSection(root, "", faults, ledger);
        var settings = new SettingsReader(faults).Read(section, Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
        settings = settings with { Lines = [.. ledger.Lines] };
        if (surroundings is not null)
        {
            settings = new NamedFiles(section, surroundings, faults, notes).Check(settings);
        }
        if (settings.AnswersDhcp && settings.Dhcp.Interfaces.IsEmpty && settings.Subnets.All(subnet => subnet.Interface is null))
        {
            notes.Add(new SettingsFault(root.Find("dhcp")!.At, "no network has an interface, so relays reach us nowhere: add interfaces: [eth0] under dhcp"));
        }
        // In the order of the file, as somebody who mends it goes through it; flags and variables, which have no line, before it.
        var ordered = faults.Distinct()
            .OrderBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column).ThenBy(fault => UpstreamFlags.OrderOf(fault.At.Source)).ToArray();
        return new SettingsReading(ordered.Length == 0 ? settings : null, ordered, notes);
    }
}

/// <summary>Where a document that a call writes goes.</summary>
public enum CatalogTarget
{
    /// <summary>Into the appliance's own store; what the folder declares stays the operator's alone.</summary>
    Store,

    /// <summary>Into the folder of <c>data-path</c>, as poseidon/matchbox does.</summary>
    Folder,
}

/// <summary>How the log is written.</summary>
public sealed record LogSettings
{
    public LogVerbosity Level { get; init; } = LogVerbosity.Information;

    public LogFormat Format { get; init; } = LogFormat.Console;

    /// <summary>A file beside the console; a new one each day or 64 MiB, 14 are kept. Null: none.</summary>
    public string? File { get; init; }
}

public enum LogVerbosity
{
    Trace,
    Debug,
    Information,
    Warning,
    Error,
}

public enum LogFormat
{
    /// <summary>A line of text for people.</summary>
    Console,

    /// <summary>A JSON object a line, for log collectors.</summary>
    Json,
}

/// <summary>The listener that machines fetch from. Plain HTTP unless <see cref="Tls"/> says otherwise, no login.</summary>
public sealed record BootSettings
{
    /// <summary>The port of the first one goes into the URLs that machines get.</summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [new IPEndPoint(IPAddress.Any, 8080)];

    /// <summary>
    /// Where protected configs are fetched over TLS. The port of the first one goes into the URLs that machines get. Empty: nowhere.
    /// </summary>
    public ImmutableArray<IPEndPoint> SecureListen { get; init; } = [new IPEndPoint(IPAddress.Any, 8443)];

    /// <summary>The settings name <see cref="SecureListen"/>: it is opened at the start, and not when the first machine needs it.</summary>
    public bool SecureAtStart { get; init; }

    /// <summary>Reports of one address in a minute.</summary>
    public int ReportsPerMinute { get; init; } = 60;

    public BootTlsSettings Tls { get; init; } = new();
}

/// <summary>The listener for people and automation, and for health checks and metrics.</summary>
public sealed record AdminSettings
{
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [new IPEndPoint(IPAddress.Loopback, 9443)];

    public AdminTlsSettings Tls { get; init; } = new();

    /// <summary>Null: nobody signs in by OpenID Connect.</summary>
    public Matchbox.Http.Access.OpenId.OpenIdSettings? OpenId { get; init; }

    /// <summary>Host names by which it may be called, beside its addresses and this machine's own name.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];
}

/// <summary>TFTP as an operator sets it.</summary>
public sealed record TftpListenerSettings
{
    /// <summary>By default on when a network is served.</summary>
    public bool Enabled { get; init; }

    public ImmutableArray<IPv4Address> Listen { get; init; } = [IPv4Address.Any];

    public int Port { get; init; } = 69;

    public int MaxTransfers { get; init; } = 1024;

    public int MaxTransfersPerSource { get; init; } = 16;

    public int MaxWindow { get; init; } = 64;

    public int MaxBlockSize { get; init; } = 1468;
}

/// <summary>DHCP as an operator sets it, without its networks.</summary>
public sealed record DhcpListenerSettings
{
    public int Port { get; init; } = 67;

    public int ProxyPort { get; init; } = 4011;

    /// <summary>Questions of unknown machines that wait at once; beyond it the oldest is dropped.</summary>
    public int QueueLength { get; init; } = 1_024;

    /// <summary>Interfaces to listen on beside those that networks name: relays reach us there.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];
}
