# SPDX-License-Identifier: Apache-2.0
# The public names and where each lives, written once: lazy_loader reads them here, and so do type checkers.

from ._native import (
    CrsError as CrsError,
    GeometryError as GeometryError,
    ReadError as ReadError,
    SheltermapError as SheltermapError,
    WriteError as WriteError,
    set_threads as set_threads,
    threads as threads,
)
from .alerts.alert import Alert as Alert, AlertError as AlertError
from .alerts.cap import read_alert as read_alert
from .alerts.warned import Warned as Warned
from .alerts.warning import warn as warn
from .analyses.coverage import Coverage as Coverage, coverage as coverage
from .analyses.counts import count as count
from .analyses.cut_off import CutOff as CutOff, cut_off as cut_off
from .analyses.depth_zones import depth_zones as depth_zones
from .analyses.evacuation import Evacuation as Evacuation, evacuation as evacuation
from .analyses.exposure import Exposure as Exposure, exposure as exposure
from .analyses.flood import Flood as Flood, flood as flood
from .analyses.geodesic import (
    geodesic_area_m2 as geodesic_area_m2,
    geodesic_destination as geodesic_destination,
    geodesic_distance_m as geodesic_distance_m,
    geodesic_length_m as geodesic_length_m,
    geodesic_line as geodesic_line,
)
from .analyses.incidents import Incidents as Incidents, incidents as incidents
from .analyses.nearest import nearest as nearest, reach as reach, within as within
from .analyses.overlap import overlap as overlap
from .analyses.population_grid import population_grid as population_grid
from .analyses.reserves import Reserves as Reserves, reserves as reserves
from .analyses.sampling import sample as sample
from .analyses.service_areas import service_areas as service_areas
from .analyses.supply import supply as supply
from .analyses.todo import todo as todo
from .analyses.zonal import zonal as zonal
from .assessments.run import run as run
from .base.limits import Limit as Limit
from .base.progress import set_progress as set_progress
from .base.standards import Standard as Standard, capacity as capacity, standards as standards
from .basemap.basemap import Basemap as Basemap
from .basemap.making import basemap as basemap
from .evidence.why import Why as Why, why as why
from .layers.files import layer_names as layer_names, read as read, write as write
from .layers.format_losses import LossWarning as LossWarning
from .layers.meeting import FarApartWarning as FarApartWarning, NotInTableWarning as NotInTableWarning
from .layers.raster import Raster as Raster
from .layers.refused_rows import refused as refused
from .layers.row_ids import LostIdWarning as LostIdWarning
from .planning.allocation import allocate as allocate
from .planning.allocation_result import Allocation as Allocation
from .planning.districts import Districts as Districts, districts as districts
from .planning.neighbours import neighbours as neighbours
from .planning.access import Access as Access, access as access
from .planning.equity import Equity as Equity, equity as equity
from .planning.service_costs import ServiceCosts as ServiceCosts
from .planning.alternatives import Alternatives as Alternatives, alternatives as alternatives
from .planning.balance import Balance as Balance, balance as balance
from .planning.siting import Siting as Siting, site as site
from .risk.avoided import Avoided as Avoided, Measure as Measure, avoided as avoided
from .risk.damage import Damage as Damage, DamageCurve as DamageCurve, damage_curves as damage_curves
from .risk.expected_annual import ExpectedAnnual as ExpectedAnnual, expected_annual as expected_annual
from .risk.impact import Impact as Impact, impact as impact
from .handover.packing import Pack as Pack, pack as pack
from .postgis import read_postgis as read_postgis, write_postgis as write_postgis
from .public.publishing import Publication as Publication, publish as publish
from .questions.plan_error import PlanError as PlanError
from .registers import (
    Inspection as Inspection,
    MappingError as MappingError,
    RegisterError as RegisterError,
    RegisterStore as RegisterStore,
    inspect as inspect,
    template as template,
)
from .risk.bands import bands as bands
from .risk.combined import Combined as Combined, combined as combined
from .risk.failure import Failing as Failing
from .risk.nesting import not_nested as not_nested
from .risk.plume import plume as plume
from .risk.continuity import Continuity as Continuity, continuity as continuity
from .risk.scenario import Scenario as Scenario
from .risk.vulnerable import Vulnerable as Vulnerable, vulnerable as vulnerable
from .risk.rank_ranges import RankSensitivity as RankSensitivity
from .risk.risk_classes import RiskClasses as RiskClasses
from .risk.risk_index import RiskIndex as RiskIndex, risk_index as risk_index
from .risk.risk_matrix import RiskMatrix as RiskMatrix, risk_matrix as risk_matrix
from .runs.assessment import Assessment as Assessment
from .streets.network import Network as Network
from .streets.reach_table import ReachTable as ReachTable, reach_from as reach_from
from .streets.reachable_streets import reachable_streets as reachable_streets
from .streets.routing import critical_edges as critical_edges, flows as flows, paths as paths
from .years import (
    Comparison as Comparison,
    GateFinding as GateFinding,
    GateResult as GateResult,
    check as check,
    compare as compare,
)

__version__: str
