using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>The section <c>ignition</c>: version, other configs, certificates, proxies.</summary>
internal static class IgnitionSectionRules
{
    public static void CheckIgnition(Record record, int version, DocumentPath at, Report report)
    {
        if (!SemanticVersion.TryParse(record.Text(IgnitionSection.Version)!, out var parsed))
        {
            report.Error(at.Append("version"), "invalid config version (couldn't parse)");
        }
        else if (parsed != IgnitionVersion.Of(version))
        {
            report.Error(at.Append("version"), "unsupported config version");
        }
    }

    // Spec 3.0 lets a config to merge have no source.
    public static void CheckMerge(Record record, int version, DocumentPath at, Report report)
    {
        if (version >= 1)
        {
            RequireSources(record, ConfigSection.Merge, version, at, report);
        }
    }

    public static void CheckTls(Record record, int version, DocumentPath at, Report report)
    {
        if (version >= 1)
        {
            RequireSources(record, TlsSection.CertificateAuthorities, version, at, report);
        }
    }

    public static void CheckProxy(Record record, int version, DocumentPath at, Report report)
    {
        CheckProxy(record.Text(ProxySection.HttpProxy), at.Append("httpProxy"), isForHttps: false, report);
        CheckProxy(record.Text(ProxySection.HttpsProxy), at.Append("httpsProxy"), isForHttps: true, report);
    }

    private static void RequireSources(Record record, Field list, int version, DocumentPath at, Report report)
    {
        var items = record.List(list);
        for (var i = 0; i < items.Count; i++)
        {
            var source = items[i].Text(Resource.Source);
            if ((string.IsNullOrEmpty(source) ? "source is required" : UrlRules.Fault(source, version)) is { } fault)
            {
                report.Error(at.Append(list.Json).Append(i), fault);
            }
        }
    }

    internal static void CheckProxy(string? url, DocumentPath at, bool isForHttps, Report report)
    {
        if (url is null)
        {
            return;
        }
        if (!GoUrl.TryParse(url, out var parsed))
        {
            report.Error(at, UrlRules.Unparsable);
        }
        else if (parsed.Scheme is not ("http" or "https"))
        {
            report.Error(at, "proxies must be http(s)");
        }
        else if (parsed.Scheme == "http" && isForHttps)
        {
            report.Warn(at, "insecure plaintext HTTP proxy specified for HTTPS resources");
        }
    }
}
