using System.Text;
using Matchbox.Butane.ContainerLinux.Go;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>A unit file of systemd as coreos/go-systemd takes it apart. Only what checks ask for is kept.</summary>
/// <param name="Fault">What is wrong with it; null if nothing.</param>
/// <param name="HasOptions">Some option stands in it.</param>
/// <param name="HasInstallSection">Some option stands in its section Install.</param>
internal readonly record struct UnitText(string? Fault, bool HasOptions, bool HasInstallSection)
{
    public static UnitText Read(string contents)
    {
        var lexer = new Lexer(GoText.ToBytes(contents));
        var fault = lexer.Run();
        return new UnitText(fault is null ? null : "invalid unit content: " + fault, lexer.HasOptions, lexer.HasInstallSection);
    }

    private enum Step
    {
        NextSection,
        SectionName,
        SectionSuffix,
        NextSectionOrOption,
        OptionName,
        OptionValue,
        Comment,
        End,
    }

    /// <summary>
    /// The real one reads through a buffer and looks, before each step, whether what is buffered begins with a line that is too long:
    /// so the buffer's fill is followed here.
    /// </summary>
    private sealed class Lexer(byte[] text)
    {
        private const int BufferSize = 4096;
        private const int LongestLine = 2048;

        private int _at;
        private int _buffered;          // The place behind what is buffered.
        private string _section = "";
        private string? _fault;
        private Step _afterComment;

        public bool HasOptions { get; private set; }

        public bool HasInstallSection { get; private set; }

        public string? Run()
        {
            for (var step = Step.NextSection; step != Step.End;)
            {
                if (_buffered - _at >= LongestLine && !text.AsSpan(_at, LongestLine).ContainsAny((byte)'\r', (byte)'\n'))
                {
                    return $"line too long (max {LongestLine} bytes)";
                }
                step = Take(step);
            }
            return _fault;
        }

        private Step Take(Step step) => step switch
        {
            Step.NextSection => NextSection(),
            Step.SectionName => SectionName(),
            Step.SectionSuffix => SectionSuffix(),
            Step.NextSectionOrOption => NextSectionOrOption(),
            Step.OptionName => OptionName(),
            Step.OptionValue => OptionValue(),
            _ => Comment(),
        };

        private Step Fail(string fault)
        {
            _fault = fault;
            return Step.End;
        }

        /// <summary>What stands before the first section is passed over.</summary>
        private Step NextSection() => ReadRune()?.Value switch
        {
            null => Step.End,
            '[' => Step.SectionName,
            '#' or ';' => CommentThen(Step.NextSection),
            _ => Step.NextSection,
        };

        private Step NextSectionOrOption()
        {
            var start = _at;
            if (ReadRune() is not { } rune)
            {
                return Step.End;
            }
            if (Rune.IsWhiteSpace(rune))
            {
                return Step.NextSectionOrOption;
            }
            switch (rune.Value)
            {
                case '[':
                    return Step.SectionName;
                case '#' or ';':
                    return CommentThen(Step.NextSectionOrOption);
                default:
                    _at = start;
                    return Step.OptionName;
            }
        }

        private Step CommentThen(Step next)
        {
            _afterComment = next;
            return Step.Comment;
        }

        private Step Comment()
        {
            ReadOnlySpan<byte> line;
            do
            {
                line = ReadLine();
                line = line is [.. var rest, (byte)' '] ? rest : line;
            }
            while (line is [.., (byte)'\\']);
            return _afterComment;
        }

        private Step SectionName()
        {
            var name = ReadThrough((byte)']');
            if (name is not [.. var section, (byte)']'])
            {
                return Fail("unable to find end of section");
            }
            _section = Encoding.Latin1.GetString(section);
            return Step.SectionSuffix;
        }

        private Step SectionSuffix()
        {
            var garbage = Encoding.UTF8.GetString(ReadLine()).Trim();
            // The name is always empty here: so it is in go-systemd.
            return garbage.Length > 0 ? Fail("found garbage after section name : " + GoText.Quote(garbage)) : Step.NextSectionOrOption;
        }

        private Step OptionName()
        {
            while (true)
            {
                switch (ReadRune()?.Value)
                {
                    case null:
                        return Fail("EOF");
                    case '\n' or '\r':
                        return Fail("unexpected newline encountered while parsing option name");
                    case '=':
                        return Step.OptionValue;
                }
            }
        }

        private Step OptionValue()
        {
            var line = ReadLine();
            if (line is [.., (byte)'\\'])
            {
                return Step.OptionValue;
            }
            HasOptions = true;
            HasInstallSection |= _section == "Install";
            return Step.NextSectionOrOption;
        }

        private Rune? ReadRune()
        {
            if (_buffered - _at < 4 && !HasWholeRune())
            {
                Fill();
            }
            if (_at == text.Length)
            {
                return null;
            }
            _ = Rune.DecodeFromUtf8(text.AsSpan(_at), out var rune, out var length);
            _at += rune == Rune.ReplacementChar && length < 3 ? 1 : length;
            return rune;
        }

        private bool HasWholeRune() =>
            _at < _buffered
            && Rune.DecodeFromUtf8(text.AsSpan(_at, _buffered - _at), out _, out _) != System.Buffers.OperationStatus.NeedMoreData;

        private void Fill() => _buffered = Math.Min(text.Length, _at + BufferSize);

        /// <summary>A line without its end.</summary>
        private ReadOnlySpan<byte> ReadLine()
        {
            var line = ReadThrough((byte)'\n');
            line = line is [.. var whole, (byte)'\r'] ? whole : line;
            return line is [.. var rest, (byte)'\n'] ? rest : line;
        }

        private ReadOnlySpan<byte> ReadThrough(byte end)
        {
            var start = _at;
            while (true)
            {
                var found = text.AsSpan(_at, _buffered - _at).IndexOf(end);
                if (found >= 0)
                {
                    _at += found + 1;
                    break;
                }
                if (_buffered == text.Length)
                {
                    _at = text.Length;
                    break;
                }
                if (_buffered - _at >= BufferSize)
                {
                    _at = _buffered;
                }
                Fill();
            }
            return text.AsSpan(start, _at - start);
        }
    }
}
