using System.Globalization;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Doctor;

/// <summary>One visit of the doctor.</summary>
internal sealed class DoctorRun(Terminal terminal, ReportLanguage language)
{
    private readonly DoctorTexts _texts = DoctorTexts.For(language);
    private readonly ServiceTexts _serviceTexts = ServiceTexts.For(language);

    /// <returns>1 when something needs a person.</returns>
    public int Run(ServiceArguments arguments, bool inJson) => DoctorReport.Tell(terminal, Examine(arguments), inJson, _texts);

    private List<Finding> Examine(ServiceArguments arguments)
    {
        var problems = new List<string>();
        try
        {
            var settings = ServiceSettings.Read(arguments.ToConfiguration(), terminal.ProgramFolder, _serviceTexts, problems, mayCreate: false);
            using var outbox = Outbox.Load(settings, terminal, new ServiceLog(terminal), _serviceTexts, problems);
            return [.. problems.Select(Bad), .. new Examination(settings, _texts).All()];
        }
        catch (InvalidDataException problem)
        {
            return [Bad(string.Format(CultureInfo.InvariantCulture, _serviceTexts.BadConfiguration, arguments.ConfigFile, problem.GetBaseException().Message))];
        }
    }

    private Finding Bad(string problem) => new("settings", "", FindingState.Bad, problem, _texts.SettingsAdvice);
}
