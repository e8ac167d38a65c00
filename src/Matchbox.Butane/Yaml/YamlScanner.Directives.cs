namespace Matchbox.Butane.Yaml;

/// <content>Directives: <c>%YAML 1.1</c>, <c>%TAG !handle! prefix</c>; others are refused.</content>
internal sealed partial class YamlScanner
{
    private const int MaxVersionDigits = 2;

    private void FetchDirective()
    {
        CloseAll();
        var start = text.Mark;
        text.Skip();
        var token = ReadDirectiveName(start) switch
        {
            "YAML" => ReadVersion(start),
            "TAG" => ReadTagPrefix(start),
            _ => throw YamlFault.OfScanner(start, text.Mark, "found unknown directive name"),
        };
        SkipRestOfLine(start);
        _tokens.Add(token);
    }

    private string ReadDirectiveName(YamlMark start)
    {
        var name = ReadWord();
        if (name.Length == 0)
        {
            Fail(start, "could not find expected directive name");
        }
        if (!text.IsBlankOrEnd())
        {
            Fail(start, "found unexpected non-alphabetical character");
        }
        return name;
    }

    private YamlToken ReadVersion(YamlMark start)
    {
        SkipBlanks();
        var major = ReadVersionNumber(start);
        if (text.Current != '.')
        {
            Fail(start, "did not find expected digit or '.' character");
        }
        text.Skip();
        var minor = ReadVersionNumber(start);
        return new YamlToken(YamlTokenKind.VersionDirective, start, text.Mark) { Text = $"{major}.{minor}" };
    }

    private int ReadVersionNumber(YamlMark start)
    {
        text.Ensure(1);
        var (value, digits) = (0, 0);
        while (char.IsAsciiDigit((char)text.Current))
        {
            if (++digits > MaxVersionDigits)
            {
                Fail(start, "found extremely long version number");
            }
            value = (value * 10) + text.Current - '0';
            text.Skip();
            text.Ensure(1);
        }
        if (digits == 0)
        {
            Fail(start, "did not find expected version number");
        }
        return value;
    }

    private YamlToken ReadTagPrefix(YamlMark start)
    {
        SkipBlanks();
        var handle = ReadTagHandle(start, inDirective: true);
        text.Ensure(1);
        if (!text.IsBlank())
        {
            Fail(start, "did not find expected whitespace");
        }
        SkipBlanks();
        var prefix = ReadTagUri(start, "");
        text.Ensure(1);
        if (!text.IsBlankOrEnd())
        {
            Fail(start, "did not find expected whitespace or line break");
        }
        return new YamlToken(YamlTokenKind.TagDirective, start, text.Mark) { Text = handle, Suffix = prefix };
    }

    private void SkipBlanks()
    {
        text.Ensure(1);
        while (text.IsBlank())
        {
            text.Skip();
            text.Ensure(1);
        }
    }

    // Blanks and a comment up to the line break, and the break.
    private void SkipRestOfLine(YamlMark start)
    {
        SkipBlanks();
        if (text.Current == '#')
        {
            SkipCommentFrom(text.Index);
        }
        if (!text.IsBreakOrEnd())
        {
            Fail(start, "did not find expected comment or line break");
        }
        if (text.IsBreak())
        {
            text.Ensure(2);
            text.SkipLine();
        }
    }
}
