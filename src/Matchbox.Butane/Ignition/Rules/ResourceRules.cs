using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>What is fetched: URLs, hashes, compression, headers.</summary>
internal static class ResourceRules
{
    public static void CheckResource(Record record, int version, DocumentPath at, Report report)
    {
        var source = record.Text(Resource.Source);
        Compression(record.Text(Resource.Compression), at, report);
        HashNeedsSource(record.Struct(Resource.Verification), source, at, report);
        Source(UrlRules.OptionalFault(source, version), at, report);
        if (record.List(Resource.HttpHeaders).Count > 0 && HeaderFault(source) is { } fault)
        {
            report.Error(at.Append(Resource.HttpHeaders.Json), fault);
        }
    }

    public static void CheckFileContents(Record record, int version, DocumentPath at, Report report)
    {
        var source = record.Text(FileContents.Source);
        Compression(record.Text(FileContents.Compression), at, report);
        HashNeedsSource(record.Struct(FileContents.Verification), source, at, report);
        Source(UrlRules.OptionalFault(source, version), at, report);
    }

    public static void CheckConfigReference(Record record, int version, DocumentPath at, Report report) =>
        Source(UrlRules.OptionalFault(record.Text(ConfigReference.Source), version), at, report);

    public static void CheckCaReference(Record record, int version, DocumentPath at, Report report) =>
        Source(UrlRules.Fault(record.Text(CaReference.Source)!, version), at, report);

    public static void CheckHttpHeader(Record record, int version, DocumentPath at, Report report)
    {
        if (record.Text(HttpHeader.Name)!.Length == 0)
        {
            report.Error(at.Append("name"), "HTTP header name can't be empty");
        }
        if (record.Text(HttpHeader.Value) is "")
        {
            report.Error(at.Append("value"), "unable to parse HTTP header");
        }
    }

    public static void CheckVerification(Record record, int version, DocumentPath at, Report report)
    {
        if (record.Text(VerificationSection.Hash) is { } hash && HashFault(hash, version) is { } fault)
        {
            report.Error(at.Append("hash"), fault);
        }
    }

    /// <summary>FUNCTION-HEX. SHA-256 is known from spec 3.1 on. The digits themselves are not looked at.</summary>
    internal static string? HashFault(string hash, int version)
    {
        var dash = hash.IndexOf('-');
        var size = (dash < 0 ? "" : hash[..dash]) switch
        {
            "sha512" => 64,
            "sha256" when version >= 1 => 32,
            _ => 0,
        };
        return dash < 0 ? "malformed hash specifier"
            : size == 0 ? "unrecognized hash function"
            : LooseText.ByteCount(hash.AsSpan(dash + 1)) != 2 * size ? "incorrect size for hash sum"
            : null;
    }

    internal static string? CompressionFault(string? compression) =>
        compression is null or "" or "gzip" ? null : "invalid compression method";

    private static string? HeaderFault(string? source) =>
        string.IsNullOrEmpty(source) || !GoUrl.TryParse(source, out var url) ? UrlRules.Unparsable
        : url.Scheme is not ("http" or "https") ? "cannot use HTTP headers with this source scheme"
        : null;

    private static void Compression(string? compression, DocumentPath at, Report report)
    {
        if (CompressionFault(compression) is { } fault)
        {
            report.Error(at.Append("compression"), fault);
        }
    }

    private static void HashNeedsSource(Record? verification, string? source, DocumentPath at, Report report)
    {
        if (source is null && verification?.Text(VerificationSection.Hash) is not null)
        {
            report.Error(at.Append("verification").Append("hash"), "source must be specified if verification is specified");
        }
    }

    private static void Source(string? fault, DocumentPath at, Report report)
    {
        if (fault is not null)
        {
            report.Error(at.Append("source"), fault);
        }
    }
}
