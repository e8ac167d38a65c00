using System.Text;
using Matchbox.Butane.Yaml;

namespace Matchbox.Core.Catalogs;

/// <summary>What may be served as a cloud-config, as coreos-cloudinit tells it: a document of YAML under a header, or a script.</summary>
internal static class CloudConfig
{
    /// <summary>Why a text is none; null: it is one.</summary>
    public static string? WhyNot(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("#!"u8))
        {
            return null;
        }
        var end = text.IndexOf((byte)'\n');
        var header = Encoding.UTF8.GetString(end < 0 ? text : text[..end]).TrimEnd();
        return header != "#cloud-config" ? "its first line is neither #cloud-config nor does it begin a script with #!"
            : YamlSyntax.TryCheck(text, out var error) ? null
            : error;
    }
}
