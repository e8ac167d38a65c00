using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>The section <c>ignition</c>: other configs, timeouts, certificate authorities.</summary>
internal static class References
{
    public static void AddConfigs(ConversionState state)
    {
        if (state.Config.Struct(Config.Ignition) is not { } source)
        {
            return;
        }
        var ignition = state.Ignition.Open(Output.Config.Ignition);
        if (source.Struct(IgnitionSection.Timeouts) is { } timeouts)
        {
            ignition.Set(
                Output.IgnitionSection.Timeouts,
                timeouts.CopyTo(Output.TimeoutSection.Type, TimeoutSection.HttpResponseHeaders, TimeoutSection.HttpTotal));
        }
        if (source.Struct(IgnitionSection.Config) is not { } configs)
        {
            return;
        }
        var appended = configs.List(ConfigSection.Append);
        for (var i = 0; i < appended.Count; i++)
        {
            if (IsUrl(appended[i], state.Item(i, "ignition", "config", "append"), state))
            {
                ignition.Open(Output.IgnitionSection.Config).Add(Output.ConfigSection.Append, Reference(appended[i], ConfigReference.Type));
            }
        }
        if (configs.Struct(ConfigSection.Replace) is { } replacement
            && IsUrl(replacement, state.Document?.At("ignition", "config", "replace"), state))
        {
            ignition.Open(Output.IgnitionSection.Config).Set(Output.ConfigSection.Replace, Reference(replacement, ConfigReference.Type));
        }
    }

    public static void AddCertificateAuthorities(ConversionState state)
    {
        var authorities = state.Config.Struct(Config.Ignition)?.Struct(IgnitionSection.Security)?.Struct(SecuritySection.Tls)
            ?.List(TlsSection.CertificateAuthorities) ?? [];
        foreach (var authority in authorities)
        {
            state.Ignition.Open(Output.Config.Ignition).Open(Output.IgnitionSection.Security).Open(Output.SecuritySection.Tls)
                .Add(Output.TlsSection.CertificateAuthorities, Reference(authority, CaReference.Type));
        }
    }

    /// <summary>A hash with both its parts; else none.</summary>
    public static Record? Verification(Record? source)
    {
        var hash = source?.Struct(VerificationSection.Hash);
        var function = hash?.Text(HashSection.Function) ?? "";
        var sum = hash?.Text(HashSection.Sum) ?? "";
        return function.Length == 0 || sum.Length == 0
            ? null
            : new Record(Output.VerificationSection.Type).Set(Output.VerificationSection.Hash, function + "-" + sum);
    }

    private static bool IsUrl(Record reference, SourceNode? node, ConversionState state)
    {
        var isUrl = GoUrl.TryParse(reference.Text(ConfigReference.Source)!, out _, out var error);
        if (!isUrl)
        {
            state.Findings.Error(error!, node?.At("source"));
        }
        return isUrl;
    }

    private static Record Reference(Record source, StructType type) => new Record(Output.Reference.Type)
        .Set(Output.Reference.Source, source.Text(type.ByYaml("source", 0)!))
        .Set(Output.Reference.Verification, Verification(source.Struct(type.ByYaml("verification", 0)!)));
}
