using System.Globalization;
using Matchbox.Appliance.Settings;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Networks;
using Matchbox.Core.Secrets;
using Matchbox.Http.Access.Endpoints;
using Matchbox.Http.Access.Tls;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Matchbox.Appliance.Hosting;

/// <summary>Says what was opened, and what to do next, once everything listens. Starts last, so it also knows when all serve.</summary>
internal sealed partial class Announcer(
    SettingsOrigin origin, SettingsInUse inUse, StateFolder state, MasterKey master, SecretVault vault, HealthReport health, IServer server,
    AdminCertificate certificate, AccessBook access, SetupLink setup, IEventSink events, TimeProvider clock, ILogger<Announcer> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = inUse.Settings;
        health.Serving = true;
        Log.Started(logger, HealthReport.Version, origin.File ?? "no settings file", state.Path);
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Log.Certificate(logger, certificate.Sha256, certificate.IsSelfMade ? "self-made" : "from files");
        setup.Root = RootOf(addresses, settings);
        foreach (var subnet in settings.Subnets)
        {
            Log.Subnet(logger, subnet.Network.ToString(), subnet.Interface ?? "relays only", subnet.Mode);
        }
        if (SecretsHealth.Warning(master, vault) is { } warning)
        {
            Log.KeyBesideState(logger, warning);
        }
        if (!settings.AnswersDhcp)
        {
            Log.NoNetwork(logger, Example());
        }
        foreach (var address in addresses)
        {
            Log.Listening(logger, address);
        }
        if (!access.HasUsers)
        {
            InviteFirstAdmin();
        }
        Tell(EventKind.Started, $"version {HealthReport.Version} started with {origin.File ?? "no settings file"}");
        return Task.CompletedTask;
    }

    private void InviteFirstAdmin()
    {
        try
        {
            // For the console and the journal, which the owner reads; not into the log's files, which are kept and collected.
            Console.WriteLine($"Nobody can sign in yet. Make the first admin within an hour: {setup.Create()}");
        }
        catch (IOException failure)
        {
            // A full disk keeps people from signing in, and no machine from booting.
            Log.NoInvitation(logger, failure.Message);
        }
    }

    /// <summary>The admin listener as a browser reaches it. Others may speak TLS, too; a port of 0 in the settings is known by not being theirs.</summary>
    private static string RootOf(IEnumerable<string> addresses, ApplianceSettings settings)
    {
        int[] own = [.. settings.Admin.Listen.Select(listen => listen.Port)];
        int[] others = [.. settings.Boot.Listen.Concat(settings.Grpc.Listen).Select(listen => listen.Port)];
        var admin = addresses.Where(address => address.StartsWith("https://", StringComparison.Ordinal))
            .Select(BindingAddress.Parse)
            .OrderByDescending(address => own.Contains(address.Port)).ThenBy(address => others.Contains(address.Port))
            .FirstOrDefault();
        var host = admin is null ? "localhost" : admin.Host is "0.0.0.0" or "[::]" ? NameOf(settings) : admin.Host;
        return admin is null ? $"https://{host}" : string.Create(CultureInfo.InvariantCulture, $"https://{host}:{admin.Port}");
    }

    // Where it listens on all addresses: by the name that people are to call it by, if the settings have one.
    private static string NameOf(ApplianceSettings settings) => settings.Admin.Hosts.FirstOrDefault() ?? Environment.MachineName;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        health.Serving = false;
        Log.Stopping(logger);
        Tell(EventKind.Stopping, "stopping");
        return Task.CompletedTask;
    }

    /// <summary>What to write to serve a network.</summary>
    private static string Example()
    {
        // A card, not a bridge or tunnel; which one is the rack's only the operator knows.
        var link = Directory.Exists("/sys/class/net")
            ? Directory.EnumerateDirectories("/sys/class/net").Where(link => Directory.Exists(Path.Combine(link, "device"))).Select(Path.GetFileName).Order().LastOrDefault()
            : null;
        return "dhcp: { subnets: [ { network: 10.77.0.0/24, interface: " + (link ?? "eth1")
            + ", mode: authoritative, pools: [10.77.0.100-10.77.0.200] } ] }";
    }

    private void Tell(EventKind kind, string text) => events.Publish(new ApplianceEvent { At = clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(7000, LogLevel.Information, "Matchbox {Version} serves with {File}, state in {State}")]
        public static partial void Started(ILogger logger, string version, string file, string state);

        [LoggerMessage(7001, LogLevel.Information, "Listening on {Address}")]
        public static partial void Listening(ILogger logger, string address);

        [LoggerMessage(7005, LogLevel.Information, "Certificate of the admin listener, {Origin}: SHA-256 {Fingerprint}")]
        public static partial void Certificate(ILogger logger, string fingerprint, string origin);

        [LoggerMessage(7002, LogLevel.Information, "Network {Network} on {Interface}: {Mode}")]
        public static partial void Subnet(ILogger logger, string network, string @interface, SubnetMode mode);

        [LoggerMessage(7003, LogLevel.Warning, "DHCP is answered on no network, because the settings name none. To serve one, write its interface into a file, "
            + "such as `{Example}` (every key is explained in configs/appliance.yaml), and start with --config FILE")]
        public static partial void NoNetwork(ILogger logger, string example);

        [LoggerMessage(7006, LogLevel.Warning, "{Warning}")]
        public static partial void KeyBesideState(ILogger logger, string warning);

        [LoggerMessage(7007, LogLevel.Warning, "Nobody can sign in yet, and no set-up link can be kept: {Reason}. Once that is mended, `matchbox setup-link` makes one")]
        public static partial void NoInvitation(ILogger logger, string reason);

        [LoggerMessage(7004, LogLevel.Information, "Stopping: what is under way is finished first")]
        public static partial void Stopping(ILogger logger);
    }
}
