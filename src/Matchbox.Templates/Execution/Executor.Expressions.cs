using System.Text;
using Matchbox.Templates.Formatting;
using Matchbox.Templates.Parsing;

namespace Matchbox.Templates.Execution;

// Pipelines, commands, fields, variables.
internal sealed partial class Executor
{
    private TemplateValue EvaluatePipeline(in TemplateValue dot, PipelineNode pipeline)
    {
        TemplateFailure.EnsureStack();
        At = pipeline;
        TemplateValue value = default;
        for (var at = 0; at < pipeline.Commands.Length; at++)
        {
            _budget.Take();
            value = EvaluateCommand(dot, pipeline.Commands[at], value, isPiped: at > 0).Unboxed();
        }
        foreach (var variable in pipeline.Variables)
        {
            if (pipeline.Assigns)
            {
                Assign(variable, value);
            }
            else
            {
                _variables.Push(variable.Number, value);
            }
        }
        return value;
    }

    private void Assign(VariableNode variable, in TemplateValue value)
    {
        _variables[Find(variable)] = value;
    }

    private int Find(VariableNode variable)
    {
        var at = _variables.Find(variable.Number);
        _budget.TakeBytes(_variables.Count - at);           // the way to it counts: there may be many
        return at >= 0 ? at : throw Failure($"undefined variable: {variable.Name}");
    }

    /// <param name="final">What came down the pipe: the last argument.</param>
    /// <param name="isPiped">Whether anything did.</param>
    private TemplateValue EvaluateCommand(in TemplateValue dot, CommandNode command, in TemplateValue final, bool isPiped)
    {
        var first = command.Words[0];
        var hasArguments = command.Words.Length > 1 || isPiped;
        switch (first)
        {
            case FieldNode field:
                return EvaluateField(dot, field, hasArguments);
            case VariableNode variable:
                return EvaluateVariable(variable, hasArguments);
            case FunctionNode function:
                At = function;
                return Call(dot, function.Function, command, command.Words.AsSpan(1), final, isPiped);
            case ChainNode chain:
                return EvaluateChain(dot, chain, hasArguments);
            case PipelineNode pipeline:
                RefuseArguments(pipeline, hasArguments);
                return EvaluatePipeline(dot, pipeline);
        }
        At = first;
        RefuseArguments(first, hasArguments);
        return first switch
        {
            DotNode => dot,
            LiteralNode literal => EvaluateLiteral(literal),
            _ => throw Failure("nil is not a command"),
        };
    }

    private static void RefuseArguments(Node node, bool hasArguments)
    {
        if (hasArguments)
        {
            throw Failure($"can't give argument to non-function {node}");
        }
    }

    private TemplateValue EvaluateLiteral(LiteralNode literal)
    {
        At = literal;
        return literal.Overflows ? throw Failure($"{literal} overflows int") : literal.Value;
    }

    private TemplateValue EvaluateField(in TemplateValue dot, FieldNode field, bool hasArguments)
    {
        At = field;
        return EvaluateFields(dot, field.Names, hasArguments);
    }

    private TemplateValue EvaluateVariable(VariableNode variable, bool hasArguments)
    {
        At = variable;
        var value = _variables[Find(variable)];
        if (variable.Fields.Length == 0)
        {
            RefuseArguments(variable, hasArguments);
            return value;
        }
        return EvaluateFields(value, variable.Fields, hasArguments);
    }

    private TemplateValue EvaluateChain(in TemplateValue dot, ChainNode chain, bool hasArguments)
    {
        At = chain;
        var operand = EvaluateArgument(dot, chain.Operand);
        return EvaluateFields(operand, chain.Names, hasArguments);
    }

    private TemplateValue EvaluateFields(TemplateValue receiver, byte[][] names, bool hasArguments)
    {
        for (var at = 0; at < names.Length; at++)
        {
            receiver = EvaluateField(receiver, names[at], hasArguments && at == names.Length - 1);
        }
        return receiver;
    }

    private TemplateValue EvaluateField(in TemplateValue receiver, byte[] name, bool hasArguments)
    {
        if (receiver.IsMap)
        {
            if (hasArguments)
            {
                throw Failure($"{Encoding.UTF8.GetString(name)} is not a method but has arguments");
            }
            if (receiver.AsMap.TryGet(name, out var value))
            {
                return Indexing.OfMap(receiver.Kind, value);
            }
            return missingKey switch
            {
                MissingKey.NoValue => default,
                MissingKey.Zero => Indexing.OfMap(receiver.Kind, default),
                _ => throw Failure($"map has no entry for key {QuotedText.Of(name)}"),
            };
        }
        if (receiver.IsInvalid)
        {
            return missingKey == MissingKey.Error ? throw Failure($"nil data; no entry for key {QuotedText.Of(name)}") : default;
        }
        throw Failure(receiver.IsNilInterface
            ? $"nil pointer evaluating interface {{}}.{Encoding.UTF8.GetString(name)}"
            : $"can't evaluate field {Encoding.UTF8.GetString(name)} in type {receiver.StaticTypeName}");
    }
}
