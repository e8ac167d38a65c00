using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Matchbox.Appliance.Settings;
using Matchbox.Core.Networks;
using Matchbox.Http.Access.Tls;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Matchbox.Appliance.Hosting;

/// <summary>Tells the API of the settings in use and of what runs here.</summary>
internal sealed class ApplianceReport(
    SettingsOrigin origin, SettingsInUse inUse, StateFolder state, HealthReport health, AdminCertificate certificate, IServer server) : IApplianceReport
{
    // What it serves from is fixed at the start.
    private readonly ApplianceSettings _started = inUse.Settings;
    private readonly LoaderChecksums _loaders = new(LoadersFolder.Find(inUse.Settings.LoadersPath));

    public SettingsView Settings() => new()
    {
        File = origin.File,
        Settings = [.. inUse.Settings.Lines.Select(ViewOf)],
        Refused = [.. inUse.Refused.Select(fault => fault.ToString())],
        WaitForRestart = [.. inUse.WaitForRestart],
    };

    public AboutView About() => new()
    {
        Version = HealthReport.Version,
        Runtime = RuntimeInformation.FrameworkDescription,
        System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
        Host = Environment.MachineName,
        StartedAt = health.Now().StartedAt,
        Listeners = [.. ServerListeners(), .. NetworkListeners()],
        Certificate = new CertificateView(certificate.Sha256, certificate.IsSelfMade, new DateTimeOffset(certificate.Context.TargetCertificate.NotAfter).ToUniversalTime()),
        Loaders = [.. _loaders.Read()],
        Paths = new PathsView
        {
            Settings = origin.File,
            State = state.Path,
            Data = _started.DataPath,
            Assets = _started.AssetsPath,
            Loaders = LoadersFolder.Find(_started.LoadersPath),
        },
    };

    private static SettingView ViewOf(SettingsLine line) => line.At is not { } at
        ? new SettingView(line.Key, line.Text)
        : new SettingView(line.Key, line.Text, at.Source, at.Line == 0 ? null : at.Line, at.Line == 0 ? null : at.Column);

    private IEnumerable<ListenerView> ServerListeners() =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(address => new ListenerView(NameOf(BindingAddress.Parse(address)), address));

    private string NameOf(BindingAddress address) =>
        address.IsUnixPipe ? "control"
        : Has(_started.Boot.Listen, address) ? "boot"
        : Has(_started.Boot.SecureListen, address) ? "secure boot"
        : Has(_started.Grpc.Listen, address) ? "grpc"
        : address.Scheme == Uri.UriSchemeHttp ? "boot"
        : "admin";

    private static bool Has(IEnumerable<IPEndPoint> endpoints, BindingAddress address) => endpoints.Any(endpoint => endpoint.Port == address.Port);

    private IEnumerable<ListenerView> NetworkListeners()
    {
        if (inUse.Settings.AnswersDhcp)
        {
            yield return new ListenerView("dhcp", Udp("*", _started.Dhcp.Port));
        }
        if (inUse.Settings.Subnets.Any(subnet => subnet.Mode == SubnetMode.Proxy))
        {
            yield return new ListenerView("proxy dhcp", Udp("*", _started.Dhcp.ProxyPort));
        }
        foreach (var address in _started.Tftp.Enabled ? _started.Tftp.Listen : [])
        {
            yield return new ListenerView("tftp", Udp(address.ToString(), _started.Tftp.Port));
        }
    }

    private static string Udp(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"udp {host}:{port}");
}
