using System.Text;
using Matchbox.Butane.Decoding;

namespace Matchbox.Butane.Go;

/// <summary>
/// What Go's <c>fmt.Sprintf</c> makes of a format without arguments. ct prints its reports so, and a per cent sign in them comes out
/// as <c>%!z(MISSING)</c>.
/// </summary>
internal ref struct GoFormat
{
    private const int LargestNumber = 1_000_000;

    private readonly string _format;
    private readonly StringBuilder _text;
    private int _at;
    private bool _isGoodIndex;

    private GoFormat(string format)
    {
        _format = format;
        _text = new StringBuilder(format.Length + 16);
    }

    public static string WithoutArguments(string format)
    {
        if (!format.Contains('%', StringComparison.Ordinal))
        {
            return format;
        }
        var state = new GoFormat(format);
        while (state._at < format.Length)
        {
            var next = format.IndexOf('%', state._at);
            if (next < 0)
            {
                state._text.Append(format, state._at, format.Length - state._at);
                break;
            }
            state._text.Append(format, state._at, next - state._at);
            state._at = next + 1;
            state.Verb();
        }
        return state._text.ToString();
    }

    /// <summary>Flags, index, width, precision, verb: each may be there, none finds its argument.</summary>
    private void Verb()
    {
        _isGoodIndex = true;
        while (_at < _format.Length && _format[_at] is '#' or '0' or '+' or '-' or ' ')
        {
            _at++;
        }
        var isAfterIndex = Index();
        if (Star("%!(BADWIDTH)"))
        {
            isAfterIndex = false;
        }
        else
        {
            _isGoodIndex &= !(Number(_format.Length, out _) && isAfterIndex);
        }
        if (_at < _format.Length && _format[_at] == '.')
        {
            _at++;
            _isGoodIndex &= !isAfterIndex;
            isAfterIndex = Index();
            if (Star("%!(BADPREC)"))
            {
                isAfterIndex = false;
            }
            else
            {
                Number(_format.Length, out _);
            }
        }
        if (!isAfterIndex)
        {
            Index();
        }
        if (_at >= _format.Length)
        {
            _text.Append("%!(NOVERB)");
            return;
        }
        var length = _at + 1 < _format.Length && char.IsSurrogatePair(_format[_at], _format[_at + 1]) ? 2 : 1;
        var verb = LooseText.IsByte(_format, _at, out _) ? "\ufffd" : _format.AsSpan(_at, length);
        _at += length;
        if (verb is "%")
        {
            _text.Append('%');
        }
        else
        {
            _text.Append("%!").Append(verb).Append(_isGoodIndex ? "(MISSING)" : "(BADINDEX)");
        }
    }

    /// <summary>An index, <c>[3]</c>: well formed or not, there is no such argument.</summary>
    private bool Index()
    {
        if (_at >= _format.Length || _format[_at] != '[')
        {
            return false;
        }
        _isGoodIndex = false;
        var close = _format.Length - _at < 3 ? -1 : _format.IndexOf(']', _at + 1);
        if (close < 0)
        {
            _at++;
            return false;
        }
        _at++;
        var isIndex = Number(close, out var number) && _at == close && number > 0;
        _at = close + 1;
        return isIndex;
    }

    private bool Star(string complaint)
    {
        if (_at >= _format.Length || _format[_at] != '*')
        {
            return false;
        }
        _at++;
        _text.Append(complaint);
        return true;
    }

    private bool Number(int end, out int number)
    {
        number = 0;
        var start = _at;
        for (; _at < end && char.IsAsciiDigit(_format[_at]); _at++)
        {
            if (number > LargestNumber)
            {
                _at = end;
                number = 0;
                return false;
            }
            number = (number * 10) + (_format[_at] - '0');
        }
        return _at > start;
    }
}
