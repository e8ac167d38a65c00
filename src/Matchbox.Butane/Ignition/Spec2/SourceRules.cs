using Matchbox.Butane.Go;
using Matchbox.Butane.Ignition.Rules;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>URLs, hashes, headers and proxies.</summary>
internal static class SourceRules
{
    public static bool CheckReference(Record record, int version, DocumentPath at, Report report) =>
        CheckSource(record.Text(Reference.Source)!, record.List(Reference.HttpHeaders), at, report);

    public static bool CheckCa(Record record, int version, DocumentPath at, Report report) =>
        CheckSource(record.Text(CaReference.Source)!, record.List(CaReference.HttpHeaders), at, report);

    public static bool CheckContents(Record record, int version, DocumentPath at, Report report)
    {
        if (ResourceRules.CompressionFault(record.Text(FileContents.Compression)) is { } fault)
        {
            report.Error(at.Append("compression"), fault);
        }
        return CheckSource(record.Text(FileContents.Source)!, record.List(FileContents.HttpHeaders), at, report);
    }

    public static bool CheckVerification(Record record, int version, DocumentPath at, Report report)
    {
        if (HashFault(record) is { } fault)
        {
            report.Error(at.Append("hash"), fault);
        }
        return true;
    }

    public static bool CheckProxy(Record record, int version, DocumentPath at, Report report)
    {
        CheckProxyUrl(record.Text(ProxySection.HttpProxy)!, at.Append("httpProxy"), isForHttps: false, report);
        CheckProxyUrl(record.Text(ProxySection.HttpsProxy)!, at.Append("httpsProxy"), isForHttps: true, report);
        return true;
    }

    private static void CheckProxyUrl(string url, DocumentPath at, bool isForHttps, Report report) =>
        IgnitionSectionRules.CheckProxy(url.Length == 0 ? null : url, at, isForHttps, report);

    // Headers came with 2.4; an empty URL is an empty file.
    private static bool CheckSource(string source, IReadOnlyList<Record> headers, DocumentPath at, Report report)
    {
        var isUrl = GoUrl.TryParse(source, out var url);
        if (UrlFault(source) is { } fault)
        {
            report.Error(at.Append("source"), fault);
        }
        if (headers.Count == 0)
        {
            return true;
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        var found = source.Length == 0 || !isUrl ? UrlRules.Unparsable
            : url.Scheme is not ("http" or "https") ? "cannot use HTTP headers with this source scheme"
            : headers.Any(static header => header.Text(HttpHeader.Name)!.Length == 0) ? "HTTP header name can't be empty"
            : headers.Any(header => !names.Add(header.Text(HttpHeader.Name)!)) ? "all header names in the list must be unique"
            : null;
        if (found is not null)
        {
            report.Error(at.Append("httpHeaders"), found);
        }
        return true;
    }

    /// <summary>Null for a URL that Ignition fetches from, or what is wrong with it. None at all is an empty file.</summary>
    internal static string? UrlFault(string url) =>
        GoUrl.TryParse(url, out var parsed) && parsed.Scheme == "oem" ? null : UrlRules.OptionalFault(url, 0);

    /// <summary>Only SHA-512 is known.</summary>
    internal static string? HashFault(Record verification) =>
        verification.Text(VerificationSection.Hash) is { } hash ? ResourceRules.HashFault(hash, 0) : null;
}
