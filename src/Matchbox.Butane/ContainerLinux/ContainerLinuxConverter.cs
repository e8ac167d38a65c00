using System.Text;
using Matchbox.Butane.ContainerLinux.Checks;
using Matchbox.Butane.ContainerLinux.Conversion;
using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Yaml;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux;

/// <summary>
/// Container Linux Config to Ignition 2.3.0, byte for byte and word for word as ct v0.9.4 (Flatcar's
/// container-linux-config-transpiler). Pure, and safe for several threads.
/// </summary>
public static class ContainerLinuxConverter
{
    /// <summary>The order in which ct makes the parts: units and files stand in the result as they are made.</summary>
    private static readonly Action<ConversionState>[] Parts =
    [
        Units.AddMetadata, References.AddConfigs, BlockDevices.AddDisks, Services.AddDocker, Services.AddEtcd, StoredNodes.Add,
        BlockDevices.AddFilesystems, Services.AddFlannel, Units.AddNetworkd, Accounts.Add, BlockDevices.AddArrays,
        References.AddCertificateAuthorities, Units.AddSystemd, Services.AddUpdates,
    ];

    /// <summary>The platforms that dynamic data is known for.</summary>
    public static IReadOnlyList<string> Platforms => DynamicData.Platforms;

    /// <summary>Converts a config. Any bytes will do: what is no config is refused, with a report.</summary>
    public static ContainerLinuxResult Convert(ReadOnlySpan<byte> config, ContainerLinuxOptions options)
    {
        var report = new StringBuilder();
        var parsing = new FindingList();
        var isRead = TryRead(config, parsing, out var source, out var document);
        Print(parsing, report);
        if (!isRead || parsing.IsFatal || (options.IsStrict && parsing.All.Count > 0))
        {
            report.Append("Failed to parse config\n");
            return Refused(parsing.All, report);
        }

        var converting = new FindingList();
        var ignition = Convert(new ConversionState(source!, document, options, converting));
        Print(converting, report);
        IReadOnlyList<ContainerLinuxFinding> findings = [.. parsing.All, .. converting.All];
        return converting.IsFatal || (options.IsStrict && converting.All.Count > 0)
            ? Refused(findings, report)
            : new ContainerLinuxResult(
                Spec2.Ignition2Json.Write(ignition, ConversionState.Version, options.IsPretty), findings, LooseText.ToBytes(report.ToString()));
    }

    private static bool TryRead(
        ReadOnlySpan<byte> config, FindingList findings, out Record? source, out SourceNode? document)
    {
        source = null;
        document = null;
        if (!YamlReader.TryRead(config, out var root, out var fault))
        {
            findings.Error(fault);
            return false;
        }
        if (root is null)
        {
            findings.Add(Severity.Warning, "Configuration is empty");
            source = new Record(Config.Type);
            return true;
        }
        if (!SourceDecoder.TryDecode(root, out source, out var error))
        {
            findings.Error(error);
            return false;
        }
        document = new SourceNode(root);
        new SourceWalk(findings).Walk(source, document, document);
        return true;
    }

    private static Record Convert(ConversionState state)
    {
        state.Ignition.Open(Spec2.Config.Ignition).Set(Spec2.IgnitionSection.Version, "2.3.0");
        if (!DynamicData.IsPlatform(state.Options.Platform))
        {
            state.Findings.Error("unsupported platform");
            return state.Ignition;
        }
        foreach (var add in Parts)
        {
            add(state);
        }
        if (!state.Findings.IsFatal)
        {
            new OutputWalk(state.Findings).Walk(state.Ignition, state.Document, state.Document);
        }
        return state.Ignition;
    }

    /// <summary>ct prints its reports as formats, so a per cent sign does not come out as one.</summary>
    private static void Print(FindingList findings, StringBuilder report)
    {
        if (findings.All.Count == 0)
        {
            return;
        }
        var text = GoFormat.WithoutArguments(string.Join('\n', findings.All));
        report.Append(text.EndsWith('\n') ? text[..^1] : text).Append('\n');
    }

    private static ContainerLinuxResult Refused(IReadOnlyList<ContainerLinuxFinding> findings, StringBuilder report) =>
        new(null, findings, LooseText.ToBytes(report.ToString()));
}
