using System.Globalization;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Sugar;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Advice;

/// <summary>
/// Gives advice on a conversion, the good ones included. Takes time in proportion to the config: of the findings that may be mended
/// the first <see cref="MaxAdvice"/> of each kind are looked at, and no more pieces of advice than that are given.
/// </summary>
public static class Adviser
{
    /// <summary>More than anybody reads; a hostile config asks for a hundred thousand.</summary>
    public const int MaxAdvice = 200;

    /// <param name="result">A conversion.</param>
    /// <param name="off">Names of rules that are switched off.</param>
    /// <returns>In the order of the lines.</returns>
    public static IReadOnlyList<Advice> On(ButaneResult result, IReadOnlySet<string>? off = null)
    {
        var advice = new List<Advice>();
        var source = result.Decoded.Root is { } root ? new SourceMap(root) : null;
        AdviseOnVersion(result, source, advice);
        if (source is not null)
        {
            AdviseOnKinds(result, advice);
            AdviseOnKeys(result, advice);
            AdviseOnModes(result, source, advice);
        }
        if (result.Decoded.Config is { } config && result.Dialect is { } dialect)
        {
            new Linter(config, dialect, advice).Check();
        }
        return
        [
            .. advice.Where(item => off?.Contains(item.Rule) != true).Select(item => Located(item, source)).OrderBy(item => item.Line).Take(MaxAdvice),
        ];
    }

    private static Advice Located(Advice advice, SourceMap? source)
    {
        if (source is null || advice.Path.Parent is null)
        {
            return advice;
        }
        var (line, column) = source.Locate(advice.Path);
        return advice with { Line = line, Column = column };
    }

    private static void AdviseOnVersion(ButaneResult result, SourceMap? source, List<Advice> advice)
    {
        if (result.Dialect is not null)
        {
            return;
        }
        if (result.Decoded.Variant is not { Length: > 0 } variant)
        {
            AdviseOnIgnition(source, advice);
            return;
        }
        var newest = Dialect.All.LastOrDefault(dialect => dialect.Name == variant && !dialect.IsExperimental);
        var names = Dialect.All.Select(dialect => dialect.Name).Distinct().ToArray();
        if (newest is not null)
        {
            advice.Add(new Advice(AdviceRules.UnknownVersion, DocumentPath.Root.Append("version"), $"the newest known version of {variant} is {newest.Version}"));
        }
        else
        {
            var near = NearNames.Of(variant, names);
            advice.Add(new Advice(AdviceRules.UnknownVersion, DocumentPath.Root.Append("variant"),
                near is null ? $"the variants are {string.Join(", ", names)}" : $"did you mean variant: {near}?"));
        }
    }

    // JSON is YAML as well, so an Ignition config is read as far as the variant that it does not have.
    private static void AdviseOnIgnition(SourceMap? source, List<Advice> advice)
    {
        var version = DocumentPath.Root.Append("ignition").Append("version");
        if (source?.Find(version) is { Kind: YamlKind.Scalar })
        {
            advice.Add(new Advice(AdviceRules.AlreadyIgnition, version, "this looks like an Ignition config; it needs no translation: name it .ign"));
        }
    }

    private static void AdviseOnKinds(ButaneResult result, List<Advice> advice)
    {
        var mismatches = result.Decoded.Mismatches.Take(MaxAdvice).ToArray();
        if (mismatches.Length == 0)
        {
            return;
        }
        var paths = NodePaths.Of(result.Decoded.Root!, mismatches.Select(mismatch => mismatch.Node));
        foreach (var (node, field) in mismatches)
        {
            var path = paths.GetValueOrDefault(node, DocumentPath.Root);
            var isText = node.Kind == YamlKind.Scalar;
            if (isText && field.Kind == FieldKind.Struct && (field.Type == Resource.Type || field.Type == FileContents.Type))
            {
                advice.Add(new Advice(AdviceRules.SectionAsText, path,
                    $"did you mean {field.Yaml}.inline? {field.Yaml} is a section: put the text below \"inline:\""));
            }
            else
            {
                advice.Add(new Advice(AdviceRules.KindOfValue, path, MendKind(node, field)));
            }
        }
    }

    private static string MendKind(YamlNode node, Field field) => field.Kind switch
    {
        FieldKind.StructList => $"{field.Yaml} is a list of sections: begin each with \"- \"",
        FieldKind.TextList => node.Kind == YamlKind.Scalar ? $"{field.Yaml} is a list: write [{Shorten(node.Value)}]" : $"{field.Yaml} is a list of texts: one \"- \" before each",
        FieldKind.Struct => $"{field.Yaml} is a section: its keys stand below it, indented",
        FieldKind.Number when node.Kind == YamlKind.Scalar && node.Style != YamlStyle.Plain => $"{field.Yaml} is a number: leave the quotes out",
        FieldKind.Number => $"{field.Yaml} is a number",
        FieldKind.Flag => $"{field.Yaml} is true or false, without quotes",
        _ => $"{field.Yaml} is a text",
    };

    private static void AdviseOnKeys(ButaneResult result, List<Advice> advice)
    {
        if (result.Dialect is not { } dialect)
        {
            return;
        }
        foreach (var finding in result.Report.Findings.Where(finding => finding.Path.IsAtKey).Take(MaxAdvice))
        {
            var key = finding.Path.Key!;
            var type = KeyAdvice.TypeAt(finding.Path.Parent!, dialect);
            if (KeyAdvice.Of(key, type, dialect, finding.Path.Parent!.Parent is null) is { } text)
            {
                advice.Add(new Advice(AdviceRules.UnknownKey, finding.Path, text));
            }
        }
    }

    private static void AdviseOnModes(ButaneResult result, SourceMap source, List<Advice> advice)
    {
        foreach (var finding in result.Report.Findings.Where(finding => finding.Message == DecimalMode.Message).Take(MaxAdvice))
        {
            if (source.Find(finding.Path) is { Kind: YamlKind.Scalar } node
                && long.TryParse(node.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var mode))
            {
                advice.Add(new Advice(AdviceRules.DecimalMode, finding.Path,
                    $"{node.Value} in decimal is {System.Convert.ToString(mode, 8)} in octal; write 0{node.Value}"));
            }
        }
    }

    private static string Shorten(string text) => text.Length > 40 ? text[..37] + "..." : text;
}
