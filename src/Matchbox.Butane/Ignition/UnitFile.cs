using System.Buffers;
using System.Text;
using Matchbox.Butane.Go;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// A systemd unit as go-systemd reads it, as far as Ignition asks: whether it can be read at all, and whether its
/// <c>[Install]</c> section has an option. Its quirks are kept, down to when it notices that a line is too long.
/// </summary>
internal ref struct UnitFile
{
    private const int BufferSize = 4096;
    private const int MaxLine = 2048;
    private const string TooLong = "line too long (max 2048 bytes)";

    private readonly ReadOnlySpan<byte> _text;

    // The reader's buffer holds the bytes between these two. Lines are measured in what it holds at the moment.
    private int _read;
    private int _filled;
    private bool _hasInstall;
    private bool _hasOptions;

    private UnitFile(ReadOnlySpan<byte> text) => _text = text;

    private enum Step
    {
        Section,
        SectionName,
        SectionEnd,
        SectionOrOption,
        SectionComment,
        OptionComment,
        OptionName,
        OptionValue,
        End,
    }

    /// <param name="contents">The unit's text.</param>
    /// <param name="hasInstall">Some option stands in the section <c>[Install]</c>.</param>
    /// <returns>What is wrong, null: nothing.</returns>
    public static string? Fault(string contents, out bool hasInstall) => Fault(contents, out hasInstall, out _);

    /// <inheritdoc cref="Fault(string, out bool)"/>
    /// <param name="hasOptions">Some option stands in any section.</param>
    public static string? Fault(string contents, out bool hasInstall, out bool hasOptions)
    {
        var unit = new UnitFile(Encoding.UTF8.GetBytes(contents));
        var fault = unit.Run();
        hasInstall = unit._hasInstall;
        hasOptions = unit._hasOptions;
        return fault is null ? null : "invalid unit content: " + fault;
    }

    private string? Run()
    {
        var isInstall = false;
        for (var step = Step.Section; step != Step.End;)
        {
            if (_filled - _read >= MaxLine && _text.Slice(_read, MaxLine).IndexOfAny((byte)'\r', (byte)'\n') < 0)
            {
                return TooLong;
            }
            switch (step)
            {
                case Step.Section:
                    step = ReadRune(out var rune) ? AfterRune(rune, Step.SectionComment, Step.Section) : Step.End;
                    break;
                case Step.SectionName:
                    var name = ReadTo((byte)']');
                    if (name is not [.., (byte)']'])
                    {
                        return "unable to find end of section";
                    }
                    isInstall = name[..^1].SequenceEqual("Install"u8);
                    step = Step.SectionEnd;
                    break;
                case Step.SectionEnd:
                    var garbage = Encoding.UTF8.GetString(ReadLine()).Trim();
                    if (garbage.Length > 0)
                    {
                        return "found garbage after section name : " + GoText.Quote(garbage);
                    }
                    step = Step.SectionOrOption;
                    break;
                case Step.SectionOrOption:
                    var start = _read;
                    if (!ReadRune(out rune))
                    {
                        step = Step.End;
                        break;
                    }
                    step = Rune.IsWhiteSpace(rune) ? Step.SectionOrOption
                        : AfterRune(rune, Step.OptionComment, Step.OptionName);
                    _read = step == Step.OptionName ? start : _read;
                    break;
                case Step.SectionComment or Step.OptionComment:
                    while (ReadLine() is [.., (byte)'\\'] or [.., (byte)'\\', (byte)' '])
                    {
                    }
                    step = step == Step.SectionComment ? Step.Section : Step.SectionOrOption;
                    break;
                case Step.OptionName:
                    do
                    {
                        if (!ReadRune(out rune))
                        {
                            return "EOF";
                        }
                        if (rune.Value is '\n' or '\r')
                        {
                            return "unexpected newline encountered while parsing option name";
                        }
                    }
                    while (rune.Value != '=');
                    step = Step.OptionValue;
                    break;
                case Step.OptionValue:
                    // A line that ends in a backslash goes on in the next one, which is measured again.
                    step = ReadLine() is [.., (byte)'\\'] ? Step.OptionValue : Step.SectionOrOption;
                    _hasOptions |= step == Step.SectionOrOption;
                    _hasInstall |= isInstall && step == Step.SectionOrOption;
                    break;
            }
        }
        return null;
    }

    private static Step AfterRune(Rune rune, Step comment, Step other) => rune.Value switch
    {
        '[' => Step.SectionName,
        '#' or ';' => comment,
        _ => other,
    };

    private bool ReadRune(out Rune rune)
    {
        var status = Rune.DecodeFromUtf8(_text[_read.._filled], out rune, out var length);
        if (status == OperationStatus.NeedMoreData && _filled < _text.Length)
        {
            Fill();
            _ = Rune.DecodeFromUtf8(_text[_read.._filled], out rune, out length);
        }
        if (length == 0)
        {
            return false;
        }
        _read += length;
        return true;
    }

    // Without the line's end; at the end of the text what is left.
    private ReadOnlySpan<byte> ReadLine()
    {
        var line = ReadTo((byte)'\n');
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        return line is [.., (byte)'\n'] ? line[..^1] : line;
    }

    private ReadOnlySpan<byte> ReadTo(byte end)
    {
        var begin = _read;
        while (true)
        {
            var at = _text[_read.._filled].IndexOf(end);
            if (at >= 0)
            {
                _read += at + 1;
                return _text[begin.._read];
            }
            if (_filled - _read == BufferSize || _filled == _text.Length)
            {
                _read = _filled;
            }
            if (_filled == _text.Length)
            {
                return _text[begin.._read];
            }
            Fill();
        }
    }

    private void Fill() => _filled = Math.Min(_text.Length, _read + BufferSize);
}
