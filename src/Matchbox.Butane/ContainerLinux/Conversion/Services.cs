using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>The services that Container Linux Config knows by name: Docker, etcd, flannel, and the updates.</summary>
internal static class Services
{
    /// <summary>The lines of locksmith's part of update.conf, in their order.</summary>
    private static readonly (Field Field, string Variable)[] LocksmithVariables =
    [
        (LocksmithSection.RebootStrategy, "REBOOT_STRATEGY"),
        (LocksmithSection.WindowStart, "LOCKSMITHD_REBOOT_WINDOW_START"),
        (LocksmithSection.WindowLength, "LOCKSMITHD_REBOOT_WINDOW_LENGTH"),
        (LocksmithSection.Group, "LOCKSMITHD_GROUP"),
        (LocksmithSection.EtcdEndpoints, "LOCKSMITHD_ENDPOINT"),
        (LocksmithSection.EtcdCaFile, "LOCKSMITHD_ETCD_CAFILE"),
        (LocksmithSection.EtcdCertFile, "LOCKSMITHD_ETCD_CERTFILE"),
        (LocksmithSection.EtcdKeyFile, "LOCKSMITHD_ETCD_KEYFILE"),
    ];

    private static readonly (Field Field, string Variable)[] UpdateVariables =
    [
        (UpdateSection.Server, "SERVER"),
        (UpdateSection.PcrPolicyServer, "PCR_POLICY_SERVER"),
        (UpdateSection.DownloadUser, "DOWNLOAD_USER"),
        (UpdateSection.DownloadPassword, "DOWNLOAD_PASSWORD"),
        (UpdateSection.MachineAlias, "MACHINE_ALIAS"),
    ];

    /// <summary>How etcdctl is told what flannel was told.</summary>
    private static readonly (string Option, string Flag)[] EtcdctlFlags =
    [
        ("etcd_endpoints", "--endpoints"), ("etcd_cafile", "--ca-file"), ("etcd_certfile", "--cert-file"), ("etcd_keyfile", "--key-file"),
    ];

    public static void AddDocker(ConversionState state)
    {
        if (state.Config.Struct(Config.Docker) is { } docker)
        {
            var contents = $"[Service]\nEnvironment=\"DOCKER_OPTS={string.Join(' ', docker.Texts(DockerSection.Flags))}\"";
            state.AddUnit(ServiceDropin.EnabledUnit("docker.service", "20-clct-docker.conf", contents));
        }
    }

    public static void AddEtcd(ConversionState state)
    {
        if (state.Config.Struct(Config.Etcd) is not { } etcd)
        {
            return;
        }
        var dropin = ServiceDropin.Of(
            "/usr/lib/coreos/etcd-wrapper $ETCD_OPTS",
            ServiceDropin.Flags(etcd, skip: 1),
            ImageTag("ETCD_IMAGE_TAG", etcd.Text(EtcdOptions.Version(etcd.Type))),
            state.Options.Platform,
            out var error);
        if (dropin is null)
        {
            state.Findings.Error(error!);
            return;
        }
        state.AddUnit(dropin.ToUnit("etcd-member.service", "20-clct-etcd-member.conf"));
    }

    public static void AddFlannel(ConversionState state)
    {
        if (state.Config.Struct(Config.Flannel) is not { } flannel)
        {
            return;
        }
        var dropin = ServiceDropin.Of(
            "/usr/lib/coreos/flannel-wrapper $FLANNEL_OPTS",
            ServiceDropin.Flags(flannel, skip: 2),
            ImageTag("FLANNEL_IMAGE_TAG", flannel.Text(FlannelOptions.Version(flannel.Type))),
            state.Options.Platform,
            out var error);
        if (dropin is null)
        {
            state.Findings.Error(error!);
            return;
        }
        if (flannel.Text(FlannelOptions.NetworkConfig(flannel.Type)) is { Length: > 0 } config)
        {
            dropin.AddToService($"ExecStartPre=/usr/bin/etcdctl{Etcdctl(flannel)} set /coreos.com/network/config {GoText.Quote(config)}");
        }
        state.AddUnit(dropin.ToUnit("flanneld.service", "20-clct-flannel.conf"));
    }

    /// <summary>One file holds what update_engine and locksmith are told.</summary>
    public static void AddUpdates(ConversionState state)
    {
        var text = "";
        if (state.Config.Struct(Config.Update) is { } update)
        {
            if (update.Text(UpdateSection.Group) is { Length: > 0 } group)
            {
                text = "GROUP=" + group.ToLowerInvariant();
            }
            text += Lines(update, UpdateVariables, static value => value);
        }
        if (state.Config.Struct(Config.Locksmith) is { } locksmith)
        {
            text += Lines(locksmith, LocksmithVariables, GoText.Quote);
        }
        if (text.Length > 0)
        {
            state.AddFile(StoredNodes.TextFile("/etc/coreos/update.conf", text));
        }
    }

    private static string Lines(Record section, (Field Field, string Variable)[] variables, Func<string, string> write) =>
        string.Concat(variables.Where(pair => section.Text(pair.Field)!.Length > 0)
            .Select(pair => $"\n{pair.Variable}={write(section.Text(pair.Field)!)}"));

    private static string Etcdctl(Record flannel) =>
        string.Concat(EtcdctlFlags
            .Select(pair => (pair.Flag, Value: flannel.Type.ByYaml(pair.Option, 0) is { } field ? flannel.Text(field) : null))
            .Where(pair => pair.Value is not null)
            .Select(pair => $" {pair.Flag}={GoText.Quote(pair.Value!)}"));

    /// <summary>The version as it is read, not as it is written: <c>03.0.1</c> is 3.0.1.</summary>
    private static string? ImageTag(string variable, string? version) =>
        version is not null && SemanticVersion.TryParse(version, out var parsed) ? $"{variable}=v{parsed}" : null;
}
