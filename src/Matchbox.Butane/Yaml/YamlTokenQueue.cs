namespace Matchbox.Butane.Yaml;

/// <summary>Tokens that were read and not yet taken. A token may be put before others that wait.</summary>
internal sealed class YamlTokenQueue
{
    private YamlToken[] _tokens = new YamlToken[16];
    private int _head;
    private int _end;

    public int Count => _end - _head;

    /// <summary>So many tokens were taken: the number of the head, counted from the start of the stream.</summary>
    public int Removed { get; private set; }

    /// <summary>The number that the next added token gets.</summary>
    public int NextNumber => Removed + Count;

    public ref readonly YamlToken Head => ref _tokens[_head];

    /// <summary>The kind of the token added last, even if it was taken since.</summary>
    public YamlTokenKind Last { get; private set; }

    /// <summary>The kind of the one before it.</summary>
    public YamlTokenKind LastButOne { get; private set; }

    public void Add(YamlToken token)
    {
        MakeRoom();
        _tokens[_end++] = token;
        LastButOne = Last;
        Last = token.Kind;
    }

    /// <summary>Puts a token before the one of that number, which still waits.</summary>
    public void Insert(int number, YamlToken token)
    {
        MakeRoom();
        var place = _head + number - Removed;
        Array.Copy(_tokens, place, _tokens, place + 1, _end - place);
        _tokens[place] = token;
        _end++;
        if (place == _end - 1)
        {
            LastButOne = Last;
            Last = token.Kind;
        }
        else if (place == _end - 2)
        {
            LastButOne = token.Kind;
        }
    }

    public void Remove()
    {
        _head++;
        Removed++;
    }

    private void MakeRoom()
    {
        if (_end < _tokens.Length)
        {
            return;
        }
        if (_head > _tokens.Length / 2)
        {
            Array.Copy(_tokens, _head, _tokens, 0, Count);
            _end -= _head;
            _head = 0;
        }
        else
        {
            Array.Resize(ref _tokens, _tokens.Length * 2);
        }
    }
}
