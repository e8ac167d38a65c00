using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

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
        var ignition = state.Ignition.Open(Spec2.Config.Ignition);
        if (source.Struct(IgnitionSection.Timeouts) is { } timeouts)
        {
            ignition.Set(
                Spec2.IgnitionSection.Timeouts,
                timeouts.CopyTo(Spec2.TimeoutSection.Type, TimeoutSection.HttpResponseHeaders, TimeoutSection.HttpTotal));
        }
        if (source.Struct(IgnitionSection.Config) is not { } configs)
        {
            return;
        }
        var appended = configs.List(ConfigSection.Append);
        var nodes = state.Document?.At("ignition", "config", "append");
        for (var i = 0; i < appended.Count; i++)
        {
            if (IsUrl(appended[i], nodes?.Item(i), state))
            {
                ignition.Open(Spec2.IgnitionSection.Config).Add(Spec2.ConfigSection.Append, Reference(appended[i]));
            }
        }
        if (configs.Struct(ConfigSection.Replace) is { } replacement
            && IsUrl(replacement, state.Document?.At("ignition", "config", "replace"), state))
        {
            ignition.Open(Spec2.IgnitionSection.Config).Set(Spec2.ConfigSection.Replace, Reference(replacement));
        }
    }

    public static void AddCertificateAuthorities(ConversionState state)
    {
        var authorities = state.Config.Struct(Config.Ignition)?.Struct(IgnitionSection.Security)?.Struct(SecuritySection.Tls)
            ?.List(TlsSection.CertificateAuthorities) ?? [];
        foreach (var authority in authorities)
        {
            state.Ignition.Open(Spec2.Config.Ignition).Open(Spec2.IgnitionSection.Security).Open(Spec2.SecuritySection.Tls)
                .Add(Spec2.TlsSection.CertificateAuthorities, Authority(authority));
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
            : new Record(Spec2.VerificationSection.Type).Set(Spec2.VerificationSection.Hash, function + "-" + sum);
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

    private static Record Reference(Record config) => new Record(Spec2.Reference.Type)
        .Set(Spec2.Reference.Source, config.Text(ConfigReference.Source))
        .Set(Spec2.Reference.Verification, Verification(config.Struct(ConfigReference.Verification)));

    private static Record Authority(Record authority) => new Record(Spec2.CaReference.Type)
        .Set(Spec2.CaReference.Source, authority.Text(CaReference.Source))
        .Set(Spec2.CaReference.Verification, Verification(authority.Struct(CaReference.Verification)));
}
