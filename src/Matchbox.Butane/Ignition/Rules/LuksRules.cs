using System.Text;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Encrypted volumes and what opens them.</summary>
internal static class LuksRules
{
    public static void CheckLuks(Record record, int version, DocumentPath at, Report report)
    {
        if (record.Text(LuksVolume.Name)!.Contains('/'))
        {
            report.Error(at.Append("name"), "device names cannot contain slashes");
        }
        if (record.Text(LuksVolume.Label) is { } label && Encoding.UTF8.GetByteCount(label) > 47)
        {
            report.Error(at.Append("label"), "luks device labels cannot be longer than 47 characters");
        }
        var device = record.Text(LuksVolume.Device);
        if ((string.IsNullOrEmpty(device) ? "disk device is required" : PathRules.Fault(device)) is { } fault)
        {
            report.Error(at.Append("device"), fault);
        }
        var clevis = record.Struct(LuksVolume.Clevis);
        var custom = clevis?.Struct(ClevisSection.Custom);
        var hasCustom = version <= 2 ? custom is not null : !string.IsNullOrEmpty(custom?.Text(ClevisCustom.Pin));
        if (hasCustom && HasOthers(clevis!))
        {
            report.Error(at.Append("clevis"), "cannot use custom clevis config with tpm2, tang, or threshold");
        }
        var key = record.Struct(LuksVolume.KeyFile)?.Text(Resource.Source);
        if (UrlRules.OptionalFault(key, version) is not null)
        {
            report.Error(at.Append("keys"), "invalid key-file source");      // the key that the real one names, there is none such
        }
        if (version >= 5 && record.Struct(LuksVolume.Cex)?.IsTrue(CexSection.Enabled) == true)
        {
            if (hasCustom || (clevis is not null && HasOthers(clevis)))
            {
                report.Error(at.Append("cex"), "cannot use cex with clevis");
            }
            if (!string.IsNullOrEmpty(key))
            {
                report.Error(at.Append("cex"), "cannot use key file with cex");
            }
        }
    }

    public static void CheckCustom(Record record, int version, DocumentPath at, Report report)
    {
        var pin = record.Text(version <= 2 ? ClevisCustom.Pin32 : ClevisCustom.Pin);
        var config = record.Text(version <= 2 ? ClevisCustom.Config32 : ClevisCustom.Config);
        if (string.IsNullOrEmpty(pin) && string.IsNullOrEmpty(config) && !record.IsTrue(ClevisCustom.NeedsNetwork))
        {
            return;
        }
        var fault = pin switch
        {
            null or "" when version >= 3 => "missing required custom clevis pin",
            "tpm2" or "tang" or "sss" => null,
            "trustee" when version >= 6 => null,
            _ => "unsupported clevis pin",
        };
        if (fault is not null)
        {
            report.Error(at.Append("pin"), fault);
        }
        if (string.IsNullOrEmpty(config))
        {
            report.Error(at.Append("config"), "missing required custom clevis config");
        }
    }

    public static void CheckTang(Record record, int version, DocumentPath at, Report report)
    {
        var isUrl = GoUrl.TryParse(record.Text(TangServer.Url), out var url);
        if (!isUrl || url.Scheme is not ("http" or "https"))
        {
            report.Error(at.Append("url"), isUrl ? UrlRules.UnknownScheme : UrlRules.Unparsable);
        }
        if (string.IsNullOrEmpty(record.Text(TangServer.Thumbprint)))
        {
            report.Error(at.Append("thumbprint"), "thumbprint is required");
        }
        if (version >= 4 && record.Text(TangServer.Advertisement) is { Length: > 0 } advertisement && !IsJson(advertisement))
        {
            report.Error(at.Append("advertisement"), "advertisement is not valid JSON");
        }
    }

    private static bool HasOthers(Record clevis) =>
        clevis.List(ClevisSection.Tang).Count > 0
        || clevis.IsTrue(ClevisSection.Tpm2)
        || clevis.Number(ClevisSection.Threshold) is not (null or 0);

    private static bool IsJson(string text) => GoJson.TryParse(Encoding.UTF8.GetBytes(text), out _, out _);
}
